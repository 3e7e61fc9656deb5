import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, lazy, useRef, useState } from 'react'
import type { Candle, Instrument } from '../../wire/index.ts'
import { placesOf } from '../format/number.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { candlesQuery, type Interval } from '../state/queries.ts'
import { useChannel } from '../state/stream.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import styles from './chart.module.css'

const CandleChart = lazy(() =>
  import('./candle-chart.tsx').then((part) => ({ default: part.CandleChart })),
)
const INTERVALS: readonly Interval[] = ['1m', '5m', '15m', '1h', '1d']
const REFRESH_MS = 2_000

/** Prices over time, as candles or as a table with the same figures. */
export function ChartPanel({ instrument }: { readonly instrument: Instrument }) {
  const t = useText()
  const [interval, setInterval] = useState<Interval>('1m')
  const [form, setForm] = useState<'chart' | 'table'>('chart')
  const query = useQuery(candlesQuery(instrument.symbol, interval))
  useRefreshOnTrades(instrument.symbol)
  const candles = query.data?.data ?? []
  return (
    <Panel
      flush
      title={t.market.chart}
      note={t.words.perUnitHour[instrument.product.unit]}
      actions={
        <>
          <Segmented
            label={t.market.interval}
            value={interval}
            options={INTERVALS.map((value) => ({ value, label: value }))}
            onChange={setInterval}
          />
          <Segmented
            label={t.market.chart}
            value={form}
            options={[
              { value: 'chart', label: t.market.asChart },
              { value: 'table', label: t.market.asTable },
            ]}
            onChange={setForm}
          />
        </>
      }
    >
      <div className={styles['area']}>
        {query.isPending ? (
          <Loading lines={5} />
        ) : query.isError ? (
          <Problem error={query.error} onRetry={() => void query.refetch()} />
        ) : candles.length === 0 ? (
          <Empty title={t.market.noCandles} />
        ) : form === 'chart' ? (
          <Suspense fallback={<Loading lines={5} />}>
            <CandleChart
              candles={candles}
              label={t.market.chartLabel(instrument.symbol)}
              places={placesOf(instrument.tick_size)}
            />
          </Suspense>
        ) : (
          <CandleTable candles={candles} places={placesOf(instrument.tick_size)} />
        )}
      </div>
      <p className={styles['credit']}>
        <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
          {t.market.chartBy}
        </a>
      </p>
    </Panel>
  )
}

function CandleTable({
  candles,
  places,
}: {
  readonly candles: readonly Candle[]
  readonly places: number
}) {
  const t = useText()
  const format = useFormat()
  const price = (place: 1 | 2 | 3 | 4) => (candle: Candle) =>
    format.number(candle[place], { min: places })
  return (
    <DataTable
      caption={t.market.chart}
      rows={candles.toReversed()}
      rowKey={(candle) => candle[0]}
      empty={t.market.noCandles}
      columns={[
        { head: t.market.time, cell: (candle) => format.moment(candle[0]) },
        { head: t.market.open, align: 'right', cell: price(1) },
        { head: t.market.high, align: 'right', cell: price(2) },
        { head: t.market.low, align: 'right', cell: price(3) },
        { head: t.market.close, align: 'right', cell: price(4) },
        { head: t.market.units, align: 'right', cell: (candle) => format.number(candle[5]) },
        { head: t.market.count, align: 'right', cell: (candle) => format.number(candle[6]) },
      ]}
    />
  )
}

/** Reads the candles again after trades, at most once in two seconds. */
function useRefreshOnTrades(symbol: string): void {
  const client = useQueryClient()
  const isWaiting = useRef(false)
  useChannel('trades', { symbol }, (frame) => {
    if (frame.type === 'snapshot' || isWaiting.current) return
    isWaiting.current = true
    setTimeout(() => {
      isWaiting.current = false
      void client.invalidateQueries({ queryKey: ['candles', symbol] })
    }, REFRESH_MS)
  })
}
