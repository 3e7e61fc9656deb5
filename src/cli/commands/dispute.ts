import type { Command } from 'commander'
import type { Client } from '../../client/index.ts'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { parseCount } from '../input/count.ts'
import { parsed } from '../input/option.ts'
import { printData, printDone, printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { columnsOf, reportView, sentencesOf } from '../views/disputes.ts'

interface DisputeOptions {
  readonly accept?: number
  readonly reason?: string
  readonly approve?: string
  readonly evidence?: boolean
  readonly reports?: boolean
}
/** A proposal of one person waits a day for the other. */
const PROPOSAL_MS = 86_400_000

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  program
    .command('dispute <dispute>')
    .summary(say('help.dispute'))
    .description(say('help.dispute'))
    .option('--accept <seconds>', say('help.disputeAccept'), parsed(shell, parseCount, 'bad.count'))
    .option('--reason <text>', say('help.disputeReason'))
    .option('--approve <proposal>', say('help.disputeApprove'))
    .option('--reports', say('help.disputeReports'))
    .option('--evidence', say('help.disputeEvidence'))
    .action(task(dispute))
}

async function dispute(cli: Cli, options: DisputeOptions, id: string): Promise<void> {
  const client = await cli.client()
  if (options.accept !== undefined) return propose(cli, client, options, id)
  if (options.approve !== undefined) {
    const done = await client.approve({ params: { proposal_id: options.approve } })
    return printDone(cli, done, id, cli.say('dispute.approved'))
  }
  const params = { dispute_id: id }
  if (options.reports === true) {
    return printList(cli, reportView, await client.listDisputeReports({ params }))
  }
  if (options.evidence === true) {
    const body = await client.getDisputeEvidence({ params })
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      cli.host.stdout.write(part)
    }
    return
  }
  const one = await client.getDispute({ params })
  if (!cli.forPeople) return printData(cli, one, one.id)
  const lines = [...sentencesOf(cli, one), '', ...columnsOf(cli, one)]
  cli.host.stdout.write(`${lines.join('\n')}\n`)
}

async function propose(
  cli: Cli,
  client: Client,
  { accept = 0, reason }: DisputeOptions,
  id: string,
): Promise<void> {
  if (reason === undefined) throw new UsageError(cli.say('error.acceptReason'))
  const made = await client.propose({
    body: {
      action: 'resolve_dispute',
      resolution: { dispute_id: id, accepted_seconds: accept, reason },
      expires_at: new Date(cli.host.nowMs() + PROPOSAL_MS).toISOString(),
    },
  })
  const { proposal_id: proposal } = made
  printDone(cli, made, proposal, cli.say('dispute.proposed', { id: proposal, dispute: id }))
}
