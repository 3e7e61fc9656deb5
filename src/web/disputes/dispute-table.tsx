import { Link } from '@tanstack/react-router'
import type { Dispute } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { Badge } from '../ui/badge.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Empty } from '../ui/states.tsx'

/** Disputes in lines: how each stands, what it is about, and what either side has to show. */
export function DisputeTable({
  caption,
  none,
  rows,
}: {
  readonly caption: string
  readonly none: string
  readonly rows: readonly Dispute[]
}) {
  const t = useText()
  return (
    <DataTable
      caption={caption}
      rows={rows}
      rowKey={({ id }) => id}
      empty={<Empty title={none}>{t.disputes.noneText}</Empty>}
      columns={useColumns()}
    />
  )
}

function useColumns(): Column<Dispute>[] {
  const t = useText()
  const format = useFormat()
  return [
    {
      head: t.disputes.dispute,
      cell: ({ id }) => (
        <Link to="/disputes/$id" params={{ id }}>
          {id}
        </Link>
      ),
    },
    {
      head: t.disputes.state,
      cell: (row) =>
        row.decision === null ? (
          <>
            <Badge tone="warn">{t.disputes.open}</Badge>{' '}
            <span className="small muted">{t.disputes.until(format.moment(row.deadline_at))}</span>
          </>
        ) : (
          <>
            <Badge>{t.disputes.decided}</Badge>{' '}
            <span className="small muted">{t.words.decidedBy[row.decision.by]}</span>
          </>
        ),
    },
    {
      head: t.disputes.disputed,
      align: 'right',
      cell: (row) => format.money(row.disputed, { min: 6 }, row.currency),
    },
    {
      head: t.disputes.seller,
      align: 'right',
      cell: ({ seller }) => (
        <Side seconds={seller.seconds} count={seller.period} head={seller.chain_head} />
      ),
    },
    {
      head: t.disputes.buyer,
      align: 'right',
      cell: ({ buyer }) => (
        <Side seconds={buyer.seconds} count={buyer.readings} head={buyer.chain_head} />
      ),
    },
    { head: t.disputes.node, wide: true, cell: (row) => row.node_id },
    { head: t.disputes.lease, wide: true, cell: (row) => row.lease_id },
    { head: t.disputes.opened, wide: true, cell: (row) => format.moment(row.opened_at) },
  ]
}

/** What a side would bill, and its chain of reports. */
function Side(side: { readonly seconds: number; readonly count: number; readonly head: string }) {
  const t = useText()
  const format = useFormat()
  return (
    <>
      {t.disputes.seconds(format.number(side.seconds))}
      <br />
      <span className="small muted" title={side.head}>
        {t.disputes.evidence(side.count, side.head.slice(0, 8))}
      </span>
    </>
  )
}
