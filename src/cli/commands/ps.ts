import type { Command } from 'commander'
import { dueNotice } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { printList } from '../output/print.ts'
import { costOf } from '../run/cost.ts'
import { shellOf } from '../shell.ts'
import { isDisputed, workloadView } from '../views/delivery.ts'
import { watched } from '../watch.ts'

interface PsOptions {
  readonly all?: boolean
  readonly watch?: boolean
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('ps')
    .aliases(['workload', 'workloads'])
    .summary(say('help.ps'))
    .description(say('help.ps'))
    .option('-a, --all', say('help.all'))
    .option('-w, --watch', say('help.watch'))
    .action(task(ps))
}

async function ps(cli: Cli, options: PsOptions): Promise<void> {
  const client = await cli.client()
  const { account } = cli.settings()
  const query = {
    ...(options.all === true ? {} : { open: true }),
    ...(account === null ? {} : { account_id: account }),
  }
  const channels = [{ channel: 'workloads' }, { channel: 'allocations' }] as const
  await watched(cli, options.watch === true, channels, async () => {
    const [workloads, allocations] = await Promise.all([
      client.listWorkloads({ query }),
      client.listAllocations({ query }),
    ])
    const nowMs = cli.host.nowMs()
    const costs = new Map(allocations.data.map((one) => [one.id, costOf(one, nowMs).cost]))
    const disputed = new Set(allocations.data.filter(isDisputed).map((one) => one.id))
    const halted = new Set(
      allocations.data.filter((one) => one.suspended_at !== null).map((one) => one.id),
    )
    const notices = new Map(allocations.data.map((one) => [one.id, dueNotice(one.leases, nowMs)]))
    const data = workloads.data.map((one) => ({
      ...one,
      disputed: disputed.has(one.allocation_id),
      suspended: halted.has(one.allocation_id),
      notice: notices.get(one.allocation_id) ?? null,
      cost: costs.get(one.allocation_id) ?? null,
    }))
    printList(cli, workloadView, { data })
  })
}
