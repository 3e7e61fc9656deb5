import type { Candle, Instrument, Ticker, Trade } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'
import { bundle, money, ppm, price, span, when, word } from '../output/values.ts'

export const instrumentView: ListView<Instrument> = {
  columns: [
    { title: 'col.symbol', cell: (one) => one.symbol },
    { title: 'col.product', cell: (one, cli) => one.product.name[cli.language] },
    { title: 'col.hub', cell: (one, cli) => one.hub.name[cli.language] },
    { title: 'col.grade', cell: (one) => one.grade },
    { title: 'col.unit', cell: (one, cli) => bundle(cli, one.product.bundle) },
    {
      title: 'col.bid',
      cell: (one) => orDash(one.best_bid, (text) => money(text, one.currency)),
      right: true,
    },
    {
      title: 'col.ask',
      cell: (one, cli) =>
        orDash(one.best_ask, (text) => price(cli, text, one.product.unit, one.currency)),
      right: true,
    },
    {
      title: 'col.last',
      cell: (one) => orDash(one.last_price, (text) => money(text, one.currency)),
      right: true,
    },
    { title: 'col.status', cell: (one, cli) => word(cli, one.status) },
    { title: 'col.tick', cell: (one) => one.tick_size, wide: true, right: true },
    { title: 'col.band', cell: (one) => `${one.band_low}…${one.band_high}`, wide: true },
    { title: 'col.fee', cell: (one) => ppm(one.taker_fee_ppm), wide: true, right: true },
    { title: 'col.horizon', cell: (one, cli) => span(cli, one.horizon_seconds), wide: true },
    {
      title: 'col.interruptible',
      cell: (one, cli) => cli.say(one.interruptible ? 'word.yes' : 'word.no'),
      wide: true,
    },
  ],
  name: (one) => one.symbol,
  empty: 'empty.instruments',
}

export const tickerView: ListView<Ticker> = {
  columns: [
    { title: 'col.symbol', cell: (one) => one.symbol },
    {
      title: 'col.last',
      cell: (one) => orDash(one.last, (text) => money(text, one.currency)),
      right: true,
    },
    {
      title: 'col.bid',
      cell: (one) => orDash(one.bid, (text) => money(text, one.currency)),
      right: true,
    },
    {
      title: 'col.ask',
      cell: (one) => orDash(one.ask, (text) => money(text, one.currency)),
      right: true,
    },
    { title: 'col.units24', cell: (one) => String(one.units), right: true },
    {
      title: 'col.vwap',
      cell: (one) => orDash(one.vwap, (text) => money(text, one.currency)),
      right: true,
    },
    { title: 'col.lastAt', cell: (one, cli) => when(cli, one.last_trade_at) },
    { title: 'col.high', cell: (one) => orDash(one.high, money), wide: true, right: true },
    { title: 'col.low', cell: (one) => orDash(one.low, money), wide: true, right: true },
  ],
  name: (one) => one.symbol,
  empty: 'empty.instruments',
}

export const tradeView: ListView<Trade> = {
  columns: [
    { title: 'col.time', cell: (one, cli) => when(cli, one.at) },
    { title: 'col.priceHour', cell: (one) => money(one.price), right: true },
    { title: 'col.units', cell: (one) => String(one.units), right: true },
    {
      title: 'col.taker',
      cell: (one, cli) => cli.say(one.taker_side === 'buy' ? 'word.buy' : 'word.sell'),
    },
    { title: 'col.id', cell: (one) => one.id, wide: true },
  ],
  name: (one) => one.id,
  empty: 'empty.trades',
}

/** A candle under names, since a tuple says nothing in a table or CSV. */
export interface NamedCandle {
  readonly open_at: string
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly units: number
  readonly trades: number
}

export function namedCandle(candle: Candle): NamedCandle {
  const [openAt, open, high, low, close, units, trades] = candle
  return { open_at: openAt, open, high, low, close, units, trades }
}

export const candleView: ListView<NamedCandle> = {
  columns: [
    { title: 'col.time', cell: (one, cli) => when(cli, one.open_at) },
    { title: 'col.open', cell: (one) => money(one.open), right: true },
    { title: 'col.high', cell: (one) => money(one.high), right: true },
    { title: 'col.low', cell: (one) => money(one.low), right: true },
    { title: 'col.close', cell: (one) => money(one.close), right: true },
    { title: 'col.units', cell: (one) => String(one.units), right: true },
    { title: 'col.trades', cell: (one) => String(one.trades), right: true },
  ],
  name: (one) => one.open_at,
  empty: 'empty.trades',
}

function orDash(text: string | null, show: (text: string) => string): string {
  return text === null ? '-' : show(text)
}
