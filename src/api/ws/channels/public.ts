/** Channels that anyone may read. */
import { formatTime } from '../../../kernel/index.ts'
import { toBook, toTrade, type Book, type Level, type Trade } from '../../../wire/index.ts'
import { offersOf, statusOf } from '../../handlers/market.ts'
import { malformed } from '../../problem.ts'
import { tickersOf } from '../../tickers.ts'
import { follow } from '../follow.ts'
import type { OpenChannel, Subscription } from '../subscription.ts'
import { anyEvent, watch } from '../watch.ts'

const HEARTBEAT_MS = 1_000
const SLOW_MS = 1_000
const BOOK_MS = 100
const DEFAULT_DEPTH = 20
const RECENT_TRADES = 50

export const heartbeat: OpenChannel = async (subscription) => {
  const { services } = subscription
  const beat = (): void => {
    const seq = services.door.durableSeq()
    subscription.update(seq, { now: formatTime(services.nowUs()), seq })
  }
  beat()
  const timer = setInterval(beat, HEARTBEAT_MS)
  return () => clearInterval(timer)
}

export const status: OpenChannel = (subscription) =>
  watch(subscription, {
    everyMs: SLOW_MS,
    touches: anyEvent(
      ({ kind }) =>
        kind === 'InstrumentListed' || kind === 'InstrumentStatusSet' || kind === 'RulesActivated',
    ),
    load: () => statusOf(subscription.services),
    send: (now, before) => {
      if (before === null) subscription.snapshot(now.seq, now)
      else subscription.update(now.seq, now)
      return true
    },
  })

/** Every instrument's ticker; updates hold those that changed. */
export const tickers: OpenChannel = (subscription) => tickerChannel(subscription, null)

export const ticker: OpenChannel = async (subscription) =>
  tickerChannel(subscription, (await instrumentOf(subscription)).instrument)

function tickerChannel(subscription: Subscription, only: number | null): Promise<() => void> {
  const { services } = subscription
  return watch(subscription, {
    everyMs: SLOW_MS,
    touches: anyEvent((event) => /^(Order|Trade|Offer|Instrument)/.test(event.kind)),
    load: async () => {
      const all = await services.door.ask('instruments', {})
      const wanted = all.filter((one) => only === null || one.instrument === only)
      return tickersOf(services, wanted)
    },
    send: (now, before) => {
      const known = new Map(before?.map((one) => [one.symbol, { ...one, seq: 0 }]))
      const changed = now.filter((one) => !same({ ...one, seq: 0 }, known.get(one.symbol)))
      if (before !== null && changed.length === 0) return false
      const seq = services.door.durableSeq()
      const data = only === null ? changed : changed[0]
      if (data === undefined) return false
      const more = only === null ? {} : { symbol: changed[0]?.symbol }
      if (before === null) subscription.snapshot(seq, data, more)
      else subscription.update(seq, data, more)
      return true
    },
  })
}

/** Levels of the book; updates hold the levels that changed, units 0 removes one. */
export const book: OpenChannel = async (subscription) => {
  const { services, op } = subscription
  const ref = await instrumentOf(subscription)
  const { instrument, symbol } = ref
  const depth = op.depth ?? DEFAULT_DEPTH
  return watch(subscription, {
    everyMs: BOOK_MS,
    touches: anyEvent((event) => /^(Order|Trade|Offer)/.test(event.kind)),
    load: async () => {
      const view = await services.door.ask('book', { instrument, depth })
      const none = { instrument, seq: services.door.durableSeq(), timeUs: 0, bids: [], asks: [] }
      return toBook(view ?? none, ref)
    },
    send: (now: Book, before) => {
      if (before === null) {
        subscription.snapshot(now.seq, { bids: now.bids, asks: now.asks }, { symbol })
        return true
      }
      const bids = changedLevels(before.bids, now.bids)
      const asks = changedLevels(before.asks, now.asks)
      if (bids.length + asks.length === 0) return false
      subscription.update(now.seq, { bids, asks }, { symbol })
      return true
    },
  })
}

/** Levels of `now` that differ from `before`, and those that are gone with units 0. */
export function changedLevels(before: readonly Level[], now: readonly Level[]): Level[] {
  const old = new Map(before.map((level) => [level[0], level]))
  const changed = now.filter((level) => !same(level, old.get(level[0])))
  for (const [price] of now) old.delete(price)
  return [...changed, ...[...old.keys()].map((price): Level => [price, 0, 0])]
}

/** Prints: the latest ones, or everything since resume_from, then each as it happens. */
export const trades: OpenChannel = async (subscription) => {
  const { services, op } = subscription
  const ref = await instrumentOf(subscription)
  const { instrument, symbol } = ref
  const nowSeq = services.door.durableSeq()
  const resume = op.resume_from ?? null
  if (resume === null || resume > nowSeq) {
    const recent = await services.door.ask('recentTrades', { instrument, limit: RECENT_TRADES })
    const data = recent.map((view) => toTrade(view, ref))
    subscription.snapshot(nowSeq, data, { symbol })
  }
  const from = resume === null || resume > nowSeq ? nowSeq : resume
  return follow(services.door, from, (record) => {
    const data = record.outcome.events.flatMap((event): Trade[] =>
      event.kind === 'TradeExecuted' && event.instrument === instrument
        ? [toTrade({ ...event, timeUs: record.timeUs }, ref)]
        : [],
    )
    if (data.length > 0) subscription.update(record.seq, data, { symbol })
  })
}

export const offers: OpenChannel = (subscription) =>
  watch(subscription, {
    everyMs: SLOW_MS,
    touches: anyEvent((event) =>
      /^(Offer|Order|Trade|Node|Lease|Instrument|Capacity|Commitment)/.test(event.kind),
    ),
    load: () => offersOf(subscription.services),
    send: (now, before) => {
      if (before !== null && same(now, before)) return false
      const seq = subscription.services.door.durableSeq()
      if (before === null) subscription.snapshot(seq, now)
      else subscription.update(seq, now)
      return true
    },
  })

async function instrumentOf({ services, op }: Subscription) {
  if (op.symbol !== undefined) return services.catalog.bySymbol(op.symbol)
  throw malformed({ field: 'symbol', code: 'required', message: 'this channel is of one symbol' })
}

/** Equal as JSON: for objects that one function built, in one order of fields. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
