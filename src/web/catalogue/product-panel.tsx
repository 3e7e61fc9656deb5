import { Link } from '@tanstack/react-router'
import type { CatalogProduct } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { bundleText } from '../market/bundle-text.ts'
import { LineChart } from '../monitor/line-chart.tsx'
import { useSettings } from '../state/settings.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { StackBar, type PartColour } from '../ui/stack-bar.tsx'
import { Stat } from '../ui/stat.tsx'
import { Empty } from '../ui/states.tsx'
import styles from './catalogue.module.css'

const COLOURS: Readonly<Record<string, PartColour>> = {
  A: 'green',
  B: 'blue',
  C: 'pale',
  D: 'amber',
  E: 'amber',
  U: 'grey',
}

export function ProductPanel({ sold }: { readonly sold: CatalogProduct }) {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  const { product } = sold
  return (
    <Panel
      title={`${product.code} · ${product.name[language]}`}
      note={[
        bundleText(product.bundle, t, format),
        ...sold.hardware.map(({ model, nodes }) => `${model} (${t.catalogue.machines(nodes)})`),
      ].join(' · ')}
    >
      <div className={styles['product']}>
        <div className={styles['figures']}>
          <Figures sold={sold} />
          <Grades sold={sold} />
        </div>
        <Trend sold={sold} />
      </div>
      <div className={styles['instruments']}>
        <DataTable
          caption={t.catalogue.instruments}
          rows={sold.instruments}
          rowKey={({ symbol }) => symbol}
          empty={<Empty title={t.catalogue.noInstruments} />}
          columns={useColumns()}
        />
      </div>
    </Panel>
  )
}

function Figures({ sold }: { readonly sold: CatalogProduct }) {
  const t = useText()
  const format = useFormat()
  const { offers, standard_price: standard, product } = sold
  const unit = t.words.perUnitHour[product.unit].replace('¥', '').replace('元', '')
  const price = (text: string) => (
    <>
      {format.money(text, { max: 4 })} <span className="small muted">{unit}</span>
    </>
  )
  return (
    <div className={styles['stats']}>
      <Stat
        name={t.catalogue.offers}
        value={t.catalogue.units(offers.available_units)}
        note={t.catalogue.offersOf(offers.available, offers.listed)}
      />
      <Stat
        name={t.catalogue.bestPrice}
        value={offers.best_price === null ? '–' : price(offers.best_price)}
        note={
          offers.best_symbol === null ? (
            t.catalogue.nothing
          ) : (
            <Link to="/market/$symbol" params={{ symbol: offers.best_symbol }}>
              {offers.best_symbol}
            </Link>
          )
        }
      />
      <Stat
        name={t.catalogue.standard}
        value={standard.best === null ? '–' : price(standard.best)}
        note={
          <>
            {standard.mean === null
              ? t.catalogue.standardNone
              : `${t.catalogue.standardNote}; ${t.catalogue.standardMean(format.money(standard.mean, { max: 4 }))}`}
            {standard.offers > 0 && standard.without_factor > 0 && (
              <> ({t.catalogue.withoutFactor(standard.without_factor)})</>
            )}
          </>
        }
      />
    </div>
  )
}

/** How many machines of each grade have an offer. */
function Grades({ sold: { grades } }: { readonly sold: CatalogProduct }) {
  const t = useText()
  const all = grades.reduce((sum, { nodes }) => sum + nodes, 0)
  return (
    <div className={styles['grades']}>
      <h3>{t.catalogue.grades}</h3>
      {all === 0 ? (
        <p className="small muted">{t.catalogue.noMachines}</p>
      ) : (
        <StackBar
          label={t.catalogue.grades}
          parts={grades.map(({ grade, nodes }) => ({
            colour: COLOURS[grade] ?? 'grey',
            name: t.catalogue.gradeOf(grade),
            share: nodes / all,
            text: t.catalogue.machines(nodes),
          }))}
        />
      )}
    </div>
  )
}

function Trend({ sold: { trend, currency } }: { readonly sold: CatalogProduct }) {
  const t = useText()
  const format = useFormat()
  const data = trend?.data ?? []
  const [first, last] = [data[0], data.at(-1)]
  if (trend === null || first === undefined || last === undefined) {
    return <p className="small muted">{t.catalogue.noTrend}</p>
  }
  const title = t.catalogue.trend(trend.symbol)
  return (
    <div className={styles['trend']}>
      <h3>{title}</h3>
      <LineChart
        label={title}
        lines={[
          {
            name: t.catalogue.price,
            colour: 'blue',
            values: data.map(([, , , , close]) => Number(close)),
          },
        ]}
        format={(value) => format.money(String(value), { max: 4 }, currency)}
        times={[format.moment(first[0]), format.moment(last[0])]}
        empty={t.catalogue.noTrend}
      />
    </div>
  )
}

function useColumns(): Column<CatalogProduct['instruments'][number]>[] {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  const price = (text: string | null): string => (text === null ? '–' : format.money(text))
  return [
    {
      head: t.market.symbol,
      cell: ({ symbol }) => (
        <Link to="/market/$symbol" params={{ symbol }}>
          {symbol}
        </Link>
      ),
    },
    { head: t.market.grade, cell: ({ grade }) => grade },
    { head: t.market.hub, cell: ({ hub }) => hub.name[language] },
    {
      head: t.catalogue.available,
      align: 'right',
      cell: (row) => format.number(row.available_units),
    },
    { head: t.market.ask, align: 'right', cell: (row) => price(row.best_ask) },
    { head: t.market.last, align: 'right', wide: true, cell: (row) => price(row.last_price) },
  ]
}
