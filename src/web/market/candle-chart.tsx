import {
  CandlestickSeries,
  ColorType,
  HistogramSeries,
  createChart,
  type IChartApi,
  type UTCTimestamp,
} from 'lightweight-charts'
import { useEffect, useRef } from 'react'
import type { Candle } from '../../wire/index.ts'
import { localeOf } from '../format/number.ts'
import { useSettings, type Language } from '../state/settings.ts'
import styles from './chart.module.css'

interface Props {
  readonly candles: readonly Candle[]
  readonly label: string
  /** digits after the point of a price */
  readonly places: number
}

/** Candles with traded units below, drawn on a canvas; the figures are in the table view. */
export function CandleChart({ candles, label, places }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const settings = useSettings()
  useEffect(() => {
    if (place.current === null) return undefined
    const chart = draw(place.current, candles, places, settings.language)
    return () => chart.remove()
  }, [candles, places, settings])
  return <div ref={place} className={styles['canvas']} role="img" aria-label={label} />
}

function draw(
  place: HTMLElement,
  candles: readonly Candle[],
  places: number,
  language: Language,
): IChartApi {
  const { text, line, up, down, volume } = colours(place)
  const chart = createChart(place, {
    autoSize: true,
    layout: {
      // The library's own logo brings a style element, which the page's policy refuses; the credit
      // stands below the chart instead.
      attributionLogo: false,
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: text,
      fontFamily: getComputedStyle(place).fontFamily,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line },
    timeScale: {
      borderColor: line,
      timeVisible: true,
      rightOffset: 4,
      tickMarkFormatter: (time: UTCTimestamp) => clock(time, language),
    },
    localization: {
      locale: localeOf(language),
      timeFormatter: (time: UTCTimestamp) => moment(time, language),
    },
  })
  const price = chart.addSeries(CandlestickSeries, {
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
    priceFormat: { type: 'price', precision: places, minMove: 10 ** -places },
  })
  const units = chart.addSeries(HistogramSeries, {
    color: volume,
    priceScaleId: 'units',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  })
  chart.priceScale('units').applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } })
  price.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.24 } })
  const at = (candle: Candle): UTCTimestamp =>
    Math.floor(Date.parse(candle[0]) / 1_000) as UTCTimestamp
  price.setData(
    candles.map((candle) => ({
      time: at(candle),
      open: Number(candle[1]),
      high: Number(candle[2]),
      low: Number(candle[3]),
      close: Number(candle[4]),
    })),
  )
  units.setData(candles.map((candle) => ({ time: at(candle), value: candle[5] })))
  if (candles.length < 30) chart.timeScale().applyOptions({ barSpacing: 18 })
  chart.timeScale().scrollToRealTime()
  return chart
}

/** Custom properties as the browser resolves them now, for a canvas that cannot read them. */
function colours(place: HTMLElement) {
  const probe = document.createElement('span')
  place.append(probe)
  const resolve = (name: string): string => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const found = {
    text: resolve('--muted'),
    line: resolve('--line'),
    up: resolve('--up'),
    down: resolve('--down'),
    volume: resolve('--line'),
  }
  probe.remove()
  return found
}

function clock(time: number, language: Language): string {
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat(localeOf(language), options).format(time * 1_000)
}

function moment(time: number, language: Language): string {
  const options = { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat(localeOf(language), options).format(time * 1_000)
}
