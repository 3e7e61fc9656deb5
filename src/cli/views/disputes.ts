import type { Dispute, SignedReading } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import type { ListView } from '../output/print.ts'
import { tableLines } from '../output/table.ts'
import { money, span, when } from '../output/values.ts'

export const disputeView: ListView<Dispute> = {
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    { title: 'col.lease', cell: (one) => one.lease_id },
    { title: 'col.seller', cell: (one, cli) => span(cli, one.seller.seconds), right: true },
    { title: 'col.buyer', cell: (one, cli) => span(cli, one.buyer.seconds), right: true },
    { title: 'col.disputed', cell: (one) => money(one.disputed, one.currency), right: true },
    { title: 'col.opened', cell: (one, cli) => when(cli, one.opened_at) },
    { title: 'col.decision', cell: (one, cli) => stateOf(cli, one) },
  ],
  name: (one) => one.id,
  empty: 'empty.disputes',
}

export const reportView: ListView<SignedReading> = {
  columns: [
    { title: 'col.report', cell: (one) => `${one.period}`, right: true },
    { title: 'col.received', cell: (one, cli) => when(cli, one.at) },
    { title: 'col.counted', cell: (one, cli) => span(cli, one.covered_seconds), right: true },
    { title: 'col.cpu', cell: (one, cli) => span(cli, one.cpu_us / 1_000_000), right: true },
    { title: 'col.signed', cell: (one, cli) => cli.say(one.signed ? 'word.yes' : 'word.no') },
    { title: 'col.chained', cell: (one, cli) => cli.say(one.chained ? 'word.yes' : 'word.no') },
    { title: 'col.hash', cell: (one) => short(one.hash) },
  ],
  name: (one) => one.hash,
  empty: 'empty.disputeReports',
}

function stateOf(cli: Cli, { decision, deadline_at }: Dispute): string {
  if (decision === null) return cli.say('dispute.open', { time: when(cli, deadline_at) })
  const { by, accepted_seconds: seconds, at } = decision
  const facts = {
    time: when(cli, at),
    by: cli.say(`dispute.by.${by}`),
    seconds: span(cli, seconds),
  }
  return cli.say('dispute.decided', facts)
}

/** Both sides beside each other, as people compare them. */
export function columnsOf(cli: Cli, one: Dispute): string[] {
  const { seller, buyer, trace } = one
  const seconds = (value: number): string => span(cli, value)
  const cpu = (us: number | null): string => (us === null ? '-' : seconds(us / 1_000_000))
  const rows: [string, string, string][] = [
    [cli.say('dispute.row.bills'), seconds(seller.seconds), seconds(buyer.seconds)],
    [cli.say('dispute.row.counted'), seconds(seller.seconds), seconds(buyer.covered_seconds)],
    [cli.say('dispute.row.heard'), seconds(one.clock_seconds), seconds(buyer.heard_seconds)],
    [cli.say('dispute.row.cpu'), cpu(seller.cpu_us), cpu(buyer.cpu_us)],
    [cli.say('dispute.row.reports'), `${seller.period}`, `${buyer.readings}`],
    [cli.say('dispute.row.chain'), short(seller.chain_head), short(buyer.chain_head)],
    [cli.say('dispute.row.evidence'), '-', short(buyer.evidence)],
  ]
  for (const point of trace.slice(-POINTS)) {
    const at = cli.say('dispute.at', { span: seconds(point.clock) })
    rows.push([at, seconds(point.seller), seconds(point.buyer)])
  }
  const titles = ['', cli.say('col.seller'), cli.say('col.buyer')]
  return tableLines(
    titles.map((title, at) => ({ title, right: at > 0 })),
    rows,
  )
}
/** newest points of the trace that people see; `--json` has all */
const POINTS = 8
const short = (hash: string): string => hash.slice(0, 16)

export function sentencesOf(cli: Cli, one: Dispute): string[] {
  const { decision, currency, id, lease_id: lease } = one
  const facts = { money: money(one.disputed, currency), fee: money(one.disputed_fee, currency) }
  const lines = [
    cli.say('dispute.title', { id, lease, state: stateOf(cli, one) }),
    cli.say('dispute.money', facts),
  ]
  if (one.doubted_seconds > 0) {
    lines.push(cli.say('dispute.doubted', { span: span(cli, one.doubted_seconds) }))
  }
  if (decision === null) return lines
  const { paid, returned, reason } = decision
  const moved = { paid: money(paid, currency), returned: money(returned, currency) }
  lines.push(cli.say('dispute.moved', moved))
  if (reason !== '') lines.push(cli.say('dispute.reason', { reason }))
  return lines
}
