import { useQuery } from '@tanstack/react-query'
import type { Dispute } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { disputeQuery } from '../state/queries.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Loading, Problem } from '../ui/states.tsx'

/** newest moments of both counts that are shown */
const MOMENTS = 6

/** A bill on which the two meters do not agree: what each side counted, and what was decided. */
export function DisputePanel({ account, id }: { readonly account: string; readonly id: string }) {
  const t = useText()
  const query = useQuery(disputeQuery(account, id))
  return (
    <Panel title={t.workloads.dispute}>
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Shown dispute={query.data} />
      )}
    </Panel>
  )
}

interface Row {
  readonly name: string
  readonly seller: string
  readonly buyer: string
}

function Shown({ dispute }: { readonly dispute: Dispute }) {
  const t = useText()
  const format = useFormat()
  const seconds = (count: number) => t.workloads.seconds(format.number(count))
  const money = (amount: string) => format.money(amount, { min: 6 })
  const { seller, buyer, decision } = dispute
  const moments = dispute.trace.slice(-MOMENTS).map((point) => ({
    name: t.workloads.disputeAt(seconds(point.clock)),
    seller: seconds(point.seller),
    buyer: seconds(point.buyer),
  }))
  const rows: Row[] = [
    {
      name: t.workloads.disputeBills,
      seller: seconds(seller.seconds),
      buyer: seconds(buyer.seconds),
    },
    {
      name: t.workloads.disputeReports,
      seller: format.number(seller.period),
      buyer: format.number(buyer.readings),
    },
    {
      name: t.workloads.disputeChain,
      seller: seller.chain_head.slice(0, 12),
      buyer: buyer.chain_head.slice(0, 12),
    },
    ...moments,
  ]
  return (
    <>
      <p>{t.workloads.disputeMoney(money(dispute.disputed))}</p>
      <p className="small muted">
        {decision === null
          ? t.workloads.disputeOpen(format.moment(dispute.deadline_at))
          : t.workloads.disputeDecided(
              t.words.decidedBy[decision.by],
              seconds(decision.accepted_seconds),
              money(decision.returned),
            )}
      </p>
      {decision !== null && decision.reason !== '' && <p className="small">{decision.reason}</p>}
      <DataTable
        caption={t.workloads.dispute}
        rows={rows}
        rowKey={({ name }) => name}
        empty={null}
        columns={[
          { head: dispute.id, cell: ({ name }) => name },
          { head: t.workloads.seller, align: 'right', cell: (row) => row.seller },
          { head: t.workloads.buyer, align: 'right', cell: (row) => row.buyer },
        ]}
      />
    </>
  )
}
