import type { Command } from 'commander'
import { setTimeout as sleep } from 'node:timers/promises'
import { task, type Cli } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { witnessFile } from '../run/witness-state.ts'
import { witnessOf } from '../run/witness.ts'
import { shellOf } from '../shell.ts'

const LOOK_MS = 2_000

/** `suan witness`: the buyer's eye on an allocation that runs already, or goes on after a restart. */
export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('witness <allocation>')
    .summary(say('help.witness.command'))
    .description(say('help.witness.command'))
    .action(task(witness))
}

async function witness(cli: Cli, _options: object, allocation: string): Promise<number> {
  const client = await cli.client()
  const note = (why: string): void => cli.tell(cli.say('run.noWitness', { why }))
  const fileOf = (leaseId: string) => witnessFile(cli.host, cli.settings().url, leaseId)
  const left = new AbortController()
  const interrupted = new Promise<'interrupted'>((leave) => {
    cli.host.onInterrupt(() => {
      leave('interrupted')
      // Else the looks would go on, and the process with them.
      left.abort()
    })
  })
  const watch = witnessOf({ client, note, fileOf })
  watch.begin(allocation)
  cli.tell(cli.say('witness.began', { allocation }))
  const params = { allocation_id: allocation }
  const closed = async (): Promise<'closed'> => {
    while ((await client.getAllocation({ params })).status !== 'closed') {
      await sleep(LOOK_MS, undefined, { signal: left.signal })
    }
    return 'closed'
  }
  const isOver = (await Promise.race([interrupted, closed()])) === 'closed'
  // Its program runs on for the next run to go on with, unless the allocation is over.
  await watch.end(isOver)
  if (isOver) cli.tell(cli.say('witness.ended', { allocation }))
  return isOver ? EXIT.ok : EXIT.interrupted
}
