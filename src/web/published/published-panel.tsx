import { useQueries } from '@tanstack/react-query'
import type { PublishedResult } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { lookUp } from '../i18n/look-up.ts'
import { useText } from '../i18n/use-text.ts'
import { publishedQuery, type Hardware } from '../state/queries.ts'
import { Badge } from '../ui/badge.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading } from '../ui/states.tsx'
import styles from './published.module.css'

/** Public results of some models, labelled as such: they are for comparison and rate nothing. */
export function PublishedPanel({ hardware }: { readonly hardware: readonly Hardware[] }) {
  const t = useText()
  const queries = useQueries({ queries: hardware.map((one) => publishedQuery(one)) })
  return (
    <Panel flush title={t.published.title} note={t.published.note}>
      {hardware.length === 0 && <Empty title={t.published.noModel} />}
      {hardware.map(({ kind, model }, index) => {
        const found = queries[index]?.data
        return (
          <div key={`${kind} ${model}`} className={styles['model']}>
            <h3 className={styles['name']}>
              {model}
              {found !== undefined && (
                <span className="small muted"> {t.published.searched(found.searched)}</span>
              )}
            </h3>
            {found === undefined ? (
              <Loading lines={2} />
            ) : (
              <Results rows={found.data} total={found.total} model={model} />
            )}
          </div>
        )
      })}
    </Panel>
  )
}

function Results({
  rows,
  total,
  model,
}: {
  readonly rows: readonly PublishedResult[]
  readonly total: number
  readonly model: string
}) {
  const t = useText()
  return (
    <>
      <DataTable
        caption={`${t.published.title}: ${model}`}
        rows={rows}
        rowKey={(row) => `${row.set.format} ${row.model} ${row.detail} ${rows.indexOf(row)}`}
        empty={<Empty title={t.published.none(model)} />}
        columns={useColumns()}
      />
      {total > rows.length && (
        <p className={`small muted ${styles['more']}`}>{t.published.more(total - rows.length)}</p>
      )}
    </>
  )
}

function useColumns(): Column<PublishedResult>[] {
  const t = useText()
  const format = useFormat()
  return [
    {
      head: t.published.source,
      cell: ({ set }) => (
        <span title={set.source}>
          {set.publisher} <span className="muted">{set.published}</span>
        </span>
      ),
    },
    {
      head: t.published.model,
      cell: (row) => (
        <>
          {row.model}{' '}
          <Badge tone={row.matched_by === 'exact' ? 'accent' : 'neutral'}>
            {t.published.matchedBy[row.matched_by]}
          </Badge>
        </>
      ),
    },
    {
      head: t.published.figures,
      cell: ({ figures }) =>
        figures
          .map(({ figure, value, unit }) =>
            [lookUp(t.published.names, figure), format.number(value, { max: 2 }), unit]
              .filter((part) => part !== '')
              .join(' '),
          )
          .join(' · '),
    },
    { head: t.published.detail, wide: true, cell: ({ detail }) => detail },
  ]
}
