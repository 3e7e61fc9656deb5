import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { parseCount } from '../input/count.ts'
import { oneOfWords, parsed } from '../input/option.ts'
import { stateOf } from '../output/values.ts'
import { followWorkload, readLog } from '../run/follow.ts'
import type { LogStream, TakeLog } from '../run/log-writer.ts'
import { shellOf } from '../shell.ts'

interface LogOptions {
  readonly follow?: boolean
  readonly tail?: number
  readonly stream?: LogStream | 'both'
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  program
    .command('logs <workload>')
    .alias('log')
    .summary(say('help.logs'))
    .description(say('help.logs'))
    .option('-f, --follow', say('help.follow'))
    .option('--tail <lines>', say('help.tail'), parsed(shell, parseCount, 'bad.count'))
    .option(
      '--stream <stream>',
      say('help.stream'),
      oneOfWords(shell, ['stdout', 'stderr', 'both']),
    )
    .action(task(logs))
}

/** What the program wrote to stdout goes to stdout, its stderr to stderr. */
async function logs(cli: Cli, options: LogOptions, workload: string): Promise<number> {
  const client = await cli.client()
  const which = options.stream ?? 'both'
  const take = taker(cli, which)
  if (options.follow !== true) {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (which !== 'both' && which !== stream) continue
      take(stream, await readLog(client, workload, stream, options.tail ?? null))
    }
    return EXIT.ok
  }
  if (options.tail !== undefined) throw new UsageError(cli.say('error.tailFollow'))
  cli.host.onInterrupt(() => cli.host.exit(EXIT.interrupted))
  const ended = await followWorkload(client, workload, { onState: () => {}, onLog: take })
  const code = ended.exit_code ?? '-'
  if (cli.forPeople) {
    const state = stateOf(cli, ended.status, ended.end === 'EXITED' ? null : ended.end)
    cli.tell(cli.style('dim', cli.say('logs.ended', { state, code })))
  }
  return EXIT.ok
}

function taker(cli: Cli, which: LogStream | 'both'): TakeLog {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  return (stream, bytes) => {
    if ((which !== 'both' && which !== stream) || bytes.length === 0) return
    if (cli.forPeople) return cli.host[stream].write(bytes)
    const text = decoders[stream].decode(bytes, { stream: true })
    cli.host.stdout.write(`${JSON.stringify({ stream, text })}\n`)
  }
}
