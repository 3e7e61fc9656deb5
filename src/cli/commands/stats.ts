/** `suan stats`: what a running workload's lease uses, as its machine counts. */
import type { Command } from 'commander'
import { coresUsed, type LeaseSample } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { shellOf } from '../shell.ts'
import { printDone } from '../output/print.ts'
import { bytesOf, printSample } from '../views/lease-sample.ts'

interface StatsOptions {
  readonly once?: boolean
  readonly bytes?: boolean
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('stats <workload>')
    .summary(say('help.stats'))
    .description(say('help.statsText'))
    .option('--once', say('help.statsOnce'))
    .option('--bytes', say('help.statsBytes'))
    .action(task(stats))
}

/** A line a second until its lease is over or Ctrl-C; two samples make a rate. */
async function stats(cli: Cli, options: StatsOptions, workload: string): Promise<number> {
  const client = await cli.client()
  if (options.bytes === true) {
    const moved = await client.getWorkloadBytes({ params: { workload_id: workload } })
    printDone(cli, moved, workload, cli.say('stats.moved', bytesOf(moved)))
    return EXIT.ok
  }
  const stream = client.openStream()
  let before: LeaseSample | null = null
  const ended = new Promise<number>((resolve, reject) => {
    cli.host.onInterrupt(() => resolve(EXIT.interrupted))
    const take = (sample: LeaseSample): void => {
      const cores = before === null ? null : coresUsed(before, sample)
      before = sample
      if (cores === null) return
      printSample(cli, sample, cores)
      if (options.once === true) resolve(EXIT.ok)
    }
    stream.subscribe('metrics', { workload_id: workload }, ({ data }) => data.forEach(take), reject)
    stream.subscribe('workloads', {}, ({ data }) => {
      const own = data.find(({ id }) => id === workload)
      if (own?.ended_at !== undefined && own.ended_at !== null) resolve(EXIT.ok)
    })
  })
  try {
    return await ended
  } finally {
    stream.close()
  }
}
