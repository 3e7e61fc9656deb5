import { useQuery } from '@tanstack/react-query'
import type { Challenge, NodeProofs } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { proofsQuery } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'

/** What a machine was challenged to prove, and what came of it. */
export function ProofsPanel({ node }: { readonly node: string }) {
  const t = useText()
  const query = useQuery(proofsQuery(node))
  const pages = usePages(
    ['proofs', node, 'pages'],
    (page, signal) => api().listChallenges({ params: { node_id: node }, query: page, signal }),
    { refetchMs: 30_000 },
  )
  const columns = useColumns()
  return (
    <Panel flush title={t.proofs.title} note={query.data && <Standing proofs={query.data} />}>
      {query.isPending && <Loading />}
      {query.isError && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <PagedList pages={pages}>
          <DataTable
            caption={t.proofs.title}
            rows={pages.rows}
            rowKey={({ id }) => id}
            empty={<Empty title={t.proofs.never}>{t.proofs.neverText}</Empty>}
            columns={columns}
          />
        </PagedList>
      )}
    </Panel>
  )
}

/** In a line or two: has it passed, does it fail, and how much leases got of it. */
function Standing({ proofs }: { readonly proofs: NodeProofs }) {
  const t = useText()
  const format = useFormat()
  const { failing, failed_at: failedAt, passed_at: passedAt, deliverable_ppm: share } = proofs
  const lines = [
    t.proofs.note,
    passedAt === null ? null : t.proofs.passedAt(format.moment(passedAt)),
    failing.length === 0 || failedAt === null
      ? null
      : t.proofs.failing(
          failing.map((kind) => t.proofs.kinds[kind]).join(', '),
          format.moment(failedAt),
        ),
    share === null ? null : t.proofs.delivers(format.ppm(share)),
  ]
  return lines.filter((line) => line !== null).join(' · ')
}

const TONES: Readonly<Record<NonNullable<Challenge['end']>, Tone>> = {
  passed: 'good',
  wrong: 'bad',
  late: 'bad',
  silent: 'bad',
  void: 'neutral',
}
/** What a rate is told in: operations, bytes or blocks a second. */
const SCALE: Readonly<Record<Challenge['proof'], number>> = {
  matrix: 1e9,
  memory: 1e6,
  witness: 1,
}

function useColumns(): Column<Challenge>[] {
  const t = useText()
  const format = useFormat()
  const rate = ({ proof }: Challenge, value: number): string =>
    value === 0 ? '–' : `${format.number(value / SCALE[proof], RATE)} ${t.proofs.units[proof]}`
  return [
    { head: t.proofs.opened, cell: (row) => format.moment(row.opened_at) },
    { head: t.proofs.proof, cell: (row) => t.proofs.kinds[row.proof] },
    {
      head: t.proofs.result,
      cell: ({ end, step }) =>
        end === null ? (
          <Badge tone="neutral">{step === 'closed' ? '–' : t.proofs.steps[step]}</Badge>
        ) : (
          <Badge tone={TONES[end]}>{t.proofs.ends[end]}</Badge>
        ),
    },
    { head: t.proofs.took, align: 'right', wide: true, cell: tookText },
    { head: t.proofs.measured, align: 'right', cell: (row) => rate(row, row.measured) },
    { head: t.proofs.reported, align: 'right', wide: true, cell: (row) => rate(row, row.contract) },
    {
      head: t.proofs.share,
      align: 'right',
      cell: ({ ratio_ppm: ratio }) => (ratio === null ? '–' : format.ppm(ratio)),
    },
  ]
}

const RATE = { min: 0, max: 2 } as const

/** From the opening to the commitment, by the exchange's clock. */
function tookText({ opened_at: from, committed_at: until }: Challenge): string {
  return until === null ? '–' : `${((Date.parse(until) - Date.parse(from)) / 1_000).toFixed(2)} s`
}
