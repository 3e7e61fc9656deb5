import { Command, Option } from 'commander'
import { helpOf } from './help.ts'
import { COMMANDS, type CommandEntry } from './registry.ts'
import { oneOfWords } from './input/option.ts'
import { FORMATS } from './output/format.ts'
import { attachShell, type Shell } from './shell.ts'
import type { TextKey } from './texts.ts'
import { version } from './version.ts'

/**
 * The command tree of `suan`, with the modules of only those commands loaded that the words name;
 * the others stand in it with their summaries. With `all`, every module is loaded.
 */
export async function program(
  shell: Shell,
  argv: readonly string[],
  { all = false }: { readonly all?: boolean } = {},
): Promise<Command> {
  const root = new Command('suan')
  attachShell(root, shell)
  addGlobalOptions(root, shell)
  const words = new Set(ownWords(argv))
  for (const entry of COMMANDS) {
    const isNamed = [entry.name, ...(entry.aliases ?? [])].some((name) => words.has(name))
    if (all || isNamed) {
      const { register } = await entry.load()
      register(root)
    } else addStub(root, entry, shell)
  }
  dress(root, shell)
  dressAll(root, shell)
  return root
}

/** The words before `--`: what follows it belongs to the program that is run. */
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end < 0 ? argv : argv.slice(0, end)
}

function addStub(root: Command, entry: CommandEntry, shell: Shell): void {
  const isThere = root.commands.some((one) => one.name() === entry.name)
  if (isThere) return
  root
    .command(entry.name, { hidden: entry.hidden === true })
    .summary(shell.say(entry.summary))
    .aliases(entry.aliases ?? [])
}

function addGlobalOptions(root: Command, shell: Shell): void {
  const say = (key: TextKey): string => shell.say(key)
  root
    .description(say('help.suan'))
    .version(version(), '-V, --version', say('help.version'))
    .addOption(new Option('-o, --output <format>', `${say('help.output')} ${FORMATS.join('|')}`))
    .option('--json', say('help.json'))
    .option('--lang <en|zh>', say('help.lang'), oneOfWords(shell, ['en', 'zh']))
    .option('--utc', say('help.utc'))
    .option('--no-color', say('help.noColor'))
    .option('--context <name>', say('help.context'))
    .option('--url <url>', say('help.url'))
    .option('--key <key>', say('help.key'))
    .option('--account <account>', say('help.account'))
    .option('--curl', say('help.curl'))
    .option('--dry-run', say('help.dryRun'))
    .addHelpText('after', `\n${say('help.after')}`)
}

/** Language, exit and output of every command of the tree; a subcommand does not inherit all of it. */
function dressAll(command: Command, shell: Shell): void {
  for (const child of command.commands) {
    dress(child, shell)
    dressAll(child, shell)
  }
}

function dress(command: Command, shell: Shell): void {
  const { host, say } = shell
  command
    .exitOverride()
    .helpOption('-h, --help', say('help.help'))
    .configureHelp(helpOf(command, shell))
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => host.stdout.columns ?? 100,
      getErrHelpWidth: () => host.stderr.columns ?? 100,
    })
  if (command.commands.length > 0) command.helpCommand('help [command]', say('help.helpCommand'))
}
