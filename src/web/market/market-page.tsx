import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import type { Instrument, Ticker } from '../../wire/index.ts'
import { placesOf } from '../format/number.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { instrumentsQuery, tickersQuery } from '../state/queries.ts'
import { useSettings } from '../state/settings.ts'
import { useChannel } from '../state/stream.tsx'
import { Badge } from '../ui/badge.tsx'
import { Check } from '../ui/check.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Field } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { Change } from './change.tsx'
import styles from './market.module.css'

const route = getRouteApi('/market')

interface Row {
  readonly instrument: Instrument
  readonly ticker: Ticker | null
}

/** Every instrument with its prices; the filter stands in the address. */
export function MarketPage() {
  const t = useText()
  const { language } = useSettings()
  const instruments = useQuery(instrumentsQuery)
  const tickers = useTickers()
  const { q = '', quoted = false } = route.useSearch()
  const navigate = route.useNavigate()
  const search = (next: { q: string; quoted: boolean }): void =>
    void navigate({
      replace: true,
      search: { ...(next.q === '' ? {} : { q: next.q }), ...(next.quoted ? { quoted: true } : {}) },
    })
  const rows = (instruments.data?.data ?? [])
    .map((instrument) => ({ instrument, ticker: tickers.get(instrument.symbol) ?? null }))
    .filter(({ instrument }) => isNamed(instrument, q, language))
    .filter((row) => !quoted || isQuoted(row))
    .toSorted((a, b) => Number(isQuoted(b)) - Number(isQuoted(a)))
  return (
    <Page title={t.market.title} lead={t.market.lead}>
      <div className={styles['filters']}>
        <Field label={t.market.filter}>
          {(wiring) => (
            <input
              {...wiring}
              type="search"
              value={q}
              placeholder={t.market.filterPlaceholder}
              onChange={(event) => search({ q: event.target.value, quoted })}
            />
          )}
        </Field>
        <Check
          label={t.market.onlyQuoted}
          checked={quoted}
          onChange={(on) => search({ q, quoted: on })}
        />
      </div>
      <div className={styles['list']}>
        {instruments.isPending ? (
          <Loading lines={6} />
        ) : instruments.isError ? (
          <Problem error={instruments.error} onRetry={() => void instruments.refetch()} />
        ) : (
          <Instruments rows={rows} isFiltered={q !== '' || quoted} />
        )}
      </div>
    </Page>
  )
}

function Instruments({
  rows,
  isFiltered,
}: {
  readonly rows: readonly Row[]
  readonly isFiltered: boolean
}) {
  const t = useText()
  return (
    <DataTable
      caption={t.market.title}
      rows={rows}
      rowKey={({ instrument }) => instrument.id}
      empty={<Empty title={isFiltered ? t.market.noMatch : t.market.noInstruments} />}
      columns={useColumns()}
    />
  )
}

function useColumns(): Column<Row>[] {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  const price = (text: string | null, { instrument }: Row) =>
    text === null ? '–' : format.number(text, { min: placesOf(instrument.tick_size) })
  return [
    {
      head: t.market.symbol,
      cell: ({ instrument: { symbol, product } }) => (
        <span className={styles['name']}>
          <Link to="/market/$symbol" params={{ symbol }}>
            {symbol}
          </Link>
          <span className="small muted">{product.name[language]}</span>
        </span>
      ),
    },
    { head: t.market.grade, wide: true, cell: ({ instrument }) => instrument.grade },
    { head: t.market.hub, wide: true, cell: ({ instrument }) => instrument.hub.name[language] },
    { head: t.market.last, align: 'right', cell: (row) => price(lastOf(row), row) },
    {
      head: t.market.change,
      align: 'right',
      wide: true,
      cell: ({ ticker }) => <Change from={ticker?.open ?? null} to={ticker?.last ?? null} />,
    },
    { head: t.market.bid, align: 'right', cell: (row) => price(bidOf(row), row) },
    { head: t.market.ask, align: 'right', cell: (row) => price(askOf(row), row) },
    {
      head: t.market.volume,
      align: 'right',
      wide: true,
      cell: ({ ticker }) => format.number(ticker?.units ?? 0),
    },
    {
      head: t.market.unit,
      wide: true,
      cell: ({ instrument }) => (
        <span className="small muted">{t.words.perUnitHour[instrument.product.unit]}</span>
      ),
    },
    {
      head: t.market.status,
      cell: ({ instrument: { status } }) => (
        <Badge tone={status === 'listed' ? 'good' : 'warn'}>
          {t.words.instrumentStatus[status]}
        </Badge>
      ),
    },
  ]
}

const isQuoted = (row: Row) => bidOf(row) !== null || askOf(row) !== null
const lastOf = ({ instrument, ticker }: Row) => ticker?.last ?? instrument.last_price
const bidOf = ({ instrument, ticker }: Row) => (ticker === null ? instrument.best_bid : ticker.bid)
const askOf = ({ instrument, ticker }: Row) => (ticker === null ? instrument.best_ask : ticker.ask)

function isNamed(instrument: Instrument, q: string, language: 'en' | 'zh'): boolean {
  const wanted = q.trim().toLowerCase()
  const names = [instrument.symbol, instrument.product.name[language], instrument.product.code]
  return names.some((name) => name.toLowerCase().includes(wanted))
}

/** Tickers by symbol, kept up to date by the stream. */
function useTickers(): ReadonlyMap<string, Ticker> {
  const client = useQueryClient()
  const tickers = useQuery(tickersQuery)
  useChannel('tickers', {}, (frame) => {
    client.setQueryData(tickersQuery.queryKey, (old) => {
      const bySymbol = new Map((old?.data ?? []).map((one) => [one.symbol, one]))
      for (const one of frame.data) bySymbol.set(one.symbol, one)
      return { data: [...bySymbol.values()] }
    })
  })
  return new Map((tickers.data?.data ?? []).map((one) => [one.symbol, one]))
}
