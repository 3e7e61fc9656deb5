/** What a person typed into the ticket, and the order it makes or what is wrong with it. */
import type { OrderType, Side, TimeInForce } from '../../messages/index.ts'
import { moneyOf, ticksOf, type Instrument, type PlaceOrderBody } from '../../wire/index.ts'
import { parseDuration } from '../format/time.ts'

export interface TicketForm {
  readonly side: Side
  readonly type: OrderType
  readonly units: string
  readonly price: string
  readonly timeInForce: TimeInForce
  /** as an input of type datetime-local gives it, in the browser's zone */
  readonly expireAt: string
  readonly duration: string
  readonly node: string
  readonly postOnly: boolean
  readonly allOrNone: boolean
  readonly colocate: boolean
  readonly label: string
}

export type TicketFault =
  | { readonly why: 'units' | 'price' | 'expiry' | 'duration' | 'node' }
  | { readonly why: 'tick'; readonly tick: string }
  | { readonly why: 'band'; readonly low: string; readonly high: string }
export type TicketFaults = Partial<Record<keyof TicketForm, TicketFault>>

/** An empty ticket at the price that trades now, or else at the reference. */
export function emptyTicket(instrument: Instrument, side: Side): TicketForm {
  const best = side === 'buy' ? instrument.best_ask : instrument.best_bid
  return {
    side,
    type: 'limit',
    units: '1',
    price: best ?? instrument.reference_price,
    timeInForce: 'GTC',
    expireAt: '',
    duration: '',
    node: '',
    postOnly: false,
    allOrNone: false,
    colocate: false,
    label: '',
  }
}

/** Can an order of this form wait in the book? All-or-none and colocate never do (TRD-006). */
export function mayRest(form: TicketForm): boolean {
  return form.timeInForce === 'GTC' || form.timeInForce === 'GTD'
}

/** Takes a change and keeps the form possible: what never rests is not valid for longer. */
export function changeTicket(form: TicketForm, part: Partial<TicketForm>): TicketForm {
  const next = { ...form, ...part }
  const neverRests = next.allOrNone || next.colocate
  const asked = part.timeInForce
  if (neverRests && mayRest(next)) {
    return asked === undefined
      ? { ...next, timeInForce: 'IOC', postOnly: false }
      : { ...next, allOrNone: false, colocate: false }
  }
  if (!mayRest(next) || next.type !== 'limit') return { ...next, postOnly: false }
  return next
}

/** The order of a form, or every faulty field. `nowMs` is the time that an expiry must be after. */
export function orderOf(
  form: TicketForm,
  instrument: Instrument,
  nowMs: number,
): { readonly body: PlaceOrderBody | null; readonly faults: TicketFaults } {
  const faults = faultsOf(form, instrument, nowMs)
  if (Object.keys(faults).length > 0) return { body: null, faults }
  const isBuy = form.side === 'buy'
  return {
    faults,
    body: {
      symbol: instrument.symbol,
      side: form.side,
      type: form.type,
      units: Number(form.units),
      price: form.type === 'limit' ? form.price.trim() : null,
      time_in_force: form.timeInForce,
      expire_at: form.timeInForce === 'GTD' ? new Date(form.expireAt).toISOString() : null,
      post_only: form.postOnly,
      all_or_none: form.allOrNone,
      colocate: isBuy && form.colocate,
      duration_seconds: isBuy && form.duration.trim() !== '' ? parseDuration(form.duration) : null,
      node_id: isBuy ? null : form.node,
      client_order_id: form.label.trim() === '' ? null : form.label.trim(),
    },
  }
}

function faultsOf(form: TicketForm, instrument: Instrument, nowMs: number): TicketFaults {
  const faults: Record<string, TicketFault> = {}
  if (!/^[1-9]\d{0,6}$/.test(form.units) || Number(form.units) > 1_000_000) {
    faults['units'] = { why: 'units' }
  }
  const price = form.type === 'limit' ? priceFault(form.price.trim(), form.side, instrument) : null
  if (price !== null) faults['price'] = price
  if (form.timeInForce === 'GTD' && !(Date.parse(form.expireAt) > nowMs)) {
    faults['expireAt'] = { why: 'expiry' }
  }
  const isOpenEnded = form.side === 'sell' || form.duration.trim() === ''
  if (!isOpenEnded && parseDuration(form.duration) === null) {
    faults['duration'] = { why: 'duration' }
  }
  if (form.side === 'sell' && form.node === '') faults['node'] = { why: 'node' }
  return faults
}

/** What is wrong with a price; null when nothing is. A buy may be too high, a sale too low (TRD-004). */
export function priceFault(text: string, side: Side, instrument: Instrument): TicketFault | null {
  const price = moneyOf(text)
  if (price === null || price <= 0n) return { why: 'price' }
  const tick = moneyOf(instrument.tick_size)
  if (tick === null || ticksOf(text, tick) === null) {
    return { why: 'tick', tick: instrument.tick_size }
  }
  const edge = moneyOf(side === 'buy' ? instrument.band_high : instrument.band_low) ?? price
  if (side === 'buy' ? price > edge : price < edge) {
    return { why: 'band', low: instrument.band_low, high: instrument.band_high }
  }
  return null
}
