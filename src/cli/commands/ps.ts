import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { costed, workloadView } from '../views/delivery.ts'
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
    const byId = new Map(allocations.data.map((one) => [one.id, one]))
    const data = workloads.data.map((one) => costed(one, byId.get(one.allocation_id), nowMs))
    printList(cli, workloadView, { data })
  })
}
