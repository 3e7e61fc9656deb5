import type { Dispute } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'

/** newest moments of both counts that are shown */
const MOMENTS = 6

interface Row {
  readonly name: string
  readonly seller: string
  readonly buyer: string
}

/** A bill on which the two meters do not agree: what each side counted, and what was decided. */
export function DisputePanel({ dispute }: { readonly dispute: Dispute }) {
  const t = useText()
  const format = useFormat()
  const seconds = (count: number) => t.disputes.seconds(format.number(count))
  const money = (amount: string) => format.money(amount, { min: 6 }, dispute.currency)
  const { seller, buyer, decision, doubted_seconds: doubted } = dispute
  const moments = dispute.trace.slice(-MOMENTS).map((point) => ({
    name: t.disputes.at(seconds(point.clock)),
    seller: seconds(point.seller),
    buyer: seconds(point.buyer),
  }))
  const rows: Row[] = [
    { name: t.disputes.bills, seller: seconds(seller.seconds), buyer: seconds(buyer.seconds) },
    {
      name: t.disputes.reports,
      seller: format.number(seller.period),
      buyer: format.number(buyer.readings),
    },
    {
      name: t.disputes.chain,
      seller: seller.chain_head.slice(0, 12),
      buyer: buyer.chain_head.slice(0, 12),
    },
    ...moments,
  ]
  return (
    <Panel title={t.disputes.both}>
      <p>{t.disputes.money(money(dispute.disputed))}</p>
      <p className="small muted">
        {decision === null
          ? t.disputes.waits(format.moment(dispute.deadline_at))
          : t.disputes.decision(
              t.words.decidedBy[decision.by],
              seconds(decision.accepted_seconds),
              money(decision.returned),
            )}
      </p>
      {doubted > 0 && <p className="small">{t.disputes.doubted(seconds(doubted))}</p>}
      {decision !== null && decision.reason !== '' && <p className="small">{decision.reason}</p>}
      <DataTable
        caption={t.disputes.both}
        rows={rows}
        rowKey={({ name }) => name}
        empty={null}
        columns={[
          { head: dispute.id, cell: ({ name }) => name },
          { head: t.disputes.seller, align: 'right', cell: (row) => row.seller },
          { head: t.disputes.buyer, align: 'right', cell: (row) => row.buyer },
        ]}
      />
    </Panel>
  )
}
