import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { printDone } from '../output/print.ts'
import { money } from '../output/values.ts'
import { hourlyCost } from '../run/cost.ts'
import { shellOf } from '../shell.ts'

export function registerSuspend(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('suspend <allocation>')
    .summary(say('help.suspend'))
    .description(say('help.suspendLong'))
    .action(task(suspend))
}

export function registerResume(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('resume <allocation>')
    .summary(say('help.resume'))
    .description(say('help.resume'))
    .action(task(resume))
}

/** Says what it goes on to cost: it stays reserved (rule DLV-033). */
async function suspend(cli: Cli, _options: object, id: string): Promise<void> {
  const client = await cli.client()
  const params = { allocation_id: id }
  const done = await client.suspendAllocation({ params })
  const allocation = await client.getAllocation({ params })
  const price = money(hourlyCost(allocation), allocation.currency)
  printDone(cli, done, id, cli.say('done.suspended', { id, price }))
}

async function resume(cli: Cli, _options: object, id: string): Promise<void> {
  const client = await cli.client()
  const done = await client.resumeAllocation({ params: { allocation_id: id } })
  printDone(cli, done, id, cli.say('done.resumed', { id }))
}
