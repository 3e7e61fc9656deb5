import type { Command } from 'commander'
import type { Workload } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { parseDuration } from '../input/duration.ts'
import { parsed } from '../input/option.ts'
import { printDone } from '../output/print.ts'
import { followWorkload } from '../run/follow.ts'
import { shellOf } from '../shell.ts'

interface StopOptions {
  readonly grace?: number
  readonly wait?: boolean
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  program
    .command('stop <workload...>')
    .summary(say('help.stop'))
    .description(say('help.stop'))
    .option('--grace <time>', say('help.grace'), parsed(shell, parseDuration, 'bad.duration'))
    .option('--wait', say('help.wait'))
    .action(task(stop))
}

async function stop(cli: Cli, options: StopOptions, workloads: string[]): Promise<void> {
  const client = await cli.client()
  for (const workload of workloads) {
    const done = await client.stopWorkload({
      params: { workload_id: workload },
      query: options.grace === undefined ? {} : { grace_seconds: options.grace },
    })
    if (options.wait !== true) {
      printDone(cli, done, workload, cli.say('done.stopping', { id: workload }))
      continue
    }
    const silent = { onState: () => {}, onLog: () => {} }
    const ended: Workload = await followWorkload(client, workload, silent)
    printDone(cli, ended, workload, cli.say('done.stopped', { id: workload, end: ended.end ?? '' }))
  }
}
