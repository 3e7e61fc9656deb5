import { Option, type Command } from 'commander'
import { SMALL, WHOLE } from '../assess/task.ts'
import { parseCount } from '../input/count.ts'
import { parseDuration } from '../input/duration.ts'
import { parseMemory } from '../input/memory.ts'
import { parsed } from '../input/option.ts'
import { startAssessor } from '../server/assessor.ts'
import { settle, type GlobalOptions } from '../settings.ts'
import { shellOf, type Shell } from '../shell.ts'
import type { TextKey } from '../texts.ts'

const HOUR = 3_600

interface Options {
  readonly order: number
  readonly memory: number
  readonly every: number
  readonly witnessEvery: number
  readonly auditEvery: number
}

/** `suan assess`: challenges machines with an assessor's key, until it is told to stop. */
export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const every = (flags: string, text: TextKey, hours: number): Option =>
    new Option(flags, say(text))
      .argParser(parsed(shell, parseDuration, 'bad.duration'))
      .default(hours * HOUR, `${hours}h`)
  const order = new Option('--order <n>', say('help.assessOrder'))
  const memory = new Option('--memory <size>', say('help.assessMemory'))
  program
    .command('assess')
    .summary(say('help.assess'))
    .addOption(order.argParser(parsed(shell, parseCount, 'bad.count')).default(WHOLE.order))
    .addOption(
      memory
        .argParser(parsed(shell, parseMemory, 'bad.memory'))
        .default(WHOLE.memoryMib, `${WHOLE.memoryMib}MiB`),
    )
    .addOption(every('--every <time>', 'help.assessEvery', 6))
    .addOption(every('--witness-every <time>', 'help.assessWitness', 2))
    .addOption(every('--audit-every <time>', 'help.assessAudit', 24))
    .action(async (options: Options, command: Command) => {
      await assess(shell, options, command.optsWithGlobals<GlobalOptions>())
    })
}

async function assess(shell: Shell, options: Options, globals: GlobalOptions): Promise<void> {
  const stopped = new Promise<void>((end) => shell.host.onInterrupt(end))
  const { url, key } = settle(shell, globals)
  const note = (what: string, facts: Readonly<Record<string, string | number>>): void => {
    shell.host.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), what, ...facts })}\n`)
  }
  const asked = { order: options.order, memoryMib: options.memory }
  const assessor = startAssessor({
    url,
    token: key,
    note,
    plan: {
      sizes: { ...SMALL, ...asked },
      auditSizes: { ...WHOLE, ...asked },
      challengeSeconds: options.every,
      witnessSeconds: options.witnessEvery,
      auditSeconds: options.auditEvery,
    },
  })
  await stopped
  await assessor.stop()
}
