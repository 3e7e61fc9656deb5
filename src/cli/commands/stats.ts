/** `suan stats`: what a running workload's lease uses, as its machine counts. */
import type { Command } from 'commander'
import { coresUsed, type LeaseSample } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { shellOf } from '../shell.ts'
import { printSample } from '../views/lease-sample.ts'

interface StatsOptions {
  readonly once?: boolean
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('stats <workload>')
    .summary(say('help.stats'))
    .description(say('help.statsText'))
    .option('--once', say('help.statsOnce'))
    .action(task(stats))
}

/** A line a second until its lease is over or Ctrl-C; two samples make a rate. */
async function stats(cli: Cli, options: StatsOptions, workload: string): Promise<number> {
  const client = await cli.client()
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
