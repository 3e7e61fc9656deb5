import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReportFacts } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { productsQuery } from '../state/queries.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Radar } from './radar.tsx'
import styles from './report.module.css'

const REFERENCE = 1_000

/** The radar, and the same figures as a table beside it. */
export function DimensionsPanel({ facts }: { readonly facts: ReportFacts }) {
  const t = useText()
  const format = useFormat()
  const products = useQuery(productsQuery).data?.data ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const found = facts.classes.find((one) => one.product_id === chosen) ?? facts.classes[0]
  const codeOf = (id: string): string => products.find((one) => one.id === id)?.code ?? id
  const rows = facts.dimensions.map((one) => ({
    ...one,
    name: t.evaluation.dimensions[one.dimension],
    median: found?.medians.find(({ dimension }) => dimension === one.dimension)?.points ?? null,
  }))
  const pointsText = (points: number | null): string =>
    points === null ? t.evaluation.notRated : format.number(points)
  return (
    <Panel
      title={t.evaluation.dimensionsTitle}
      note={t.evaluation.dimensionsNote}
      actions={
        facts.classes.length > 1 && (
          <Segmented
            label={t.evaluation.chooseClass}
            value={found?.product_id ?? ''}
            options={facts.classes.map(({ product_id: value }) => ({
              value,
              label: codeOf(value),
            }))}
            onChange={setChosen}
          />
        )
      }
    >
      <div className={styles['radar']}>
        <div className={styles['drawing']}>
          <Radar
            label={t.evaluation.dimensionsTitle}
            reference={REFERENCE}
            axes={rows.map(({ name, points, median }) => ({
              name,
              value: points,
              compared: median,
              told: pointsText(points),
            }))}
          />
          <ul className={styles['legend']}>
            <li data-kind="own">{t.evaluation.thisReport}</li>
            {found !== undefined && <li data-kind="compared">{t.evaluation.classMedian}</li>}
            <li data-kind="reference">{t.evaluation.toReference}</li>
          </ul>
        </div>
        <div className={styles['table']}>
          <DataTable
            caption={t.evaluation.dimensionsTitle}
            rows={rows}
            rowKey={({ dimension }) => dimension}
            empty={t.evaluation.notMeasured}
            columns={[
              { head: t.evaluation.dimension, cell: ({ name }) => name },
              {
                head: t.evaluation.points,
                align: 'right',
                cell: ({ points }) => pointsText(points),
              },
              {
                head: t.evaluation.plusMinus,
                align: 'right',
                cell: ({ points, plus_minus_ppm: ppm }) =>
                  points === null ? '–' : `±${format.share(ppm / 1e6)}`,
              },
              {
                head: t.evaluation.classMedian,
                align: 'right',
                cell: ({ median }) => (median === null ? '–' : format.number(median)),
              },
            ]}
          />
          <p className="small muted">
            {found === undefined
              ? t.evaluation.noClass
              : t.evaluation.classNote(codeOf(found.product_id), found.nodes)}
          </p>
          <Unrated rows={rows} />
        </div>
      </div>
    </Panel>
  )
}

/** Why some dimensions have no points. */
function Unrated({
  rows,
}: {
  readonly rows: readonly (ReportFacts['dimensions'][number] & { readonly name: string })[]
}) {
  const t = useText()
  const unrated = rows.filter((row) => row.unrated.length > 0)
  if (unrated.length === 0) return null
  return (
    <ul className={styles['reasons']}>
      {unrated.map((row) => (
        <li key={row.dimension}>
          <strong>{row.name}</strong>:{' '}
          {row.unrated.map((reason) => t.evaluation.unratedReasons[reason]).join('; ')}
        </li>
      ))}
    </ul>
  )
}
