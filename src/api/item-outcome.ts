/** What became of an order or a cancel, in numbers: for the outcomes of a batch. */
import type { Code, EventRecord, OrderEnd, OrderStatus, Reply } from '../messages/index.ts'
import type { ItemOutcome } from '../wire/index.ts'
import { eventOf } from './submit.ts'

/** How far an order has come by the end of its own command. */
export interface Standing {
  readonly status: OrderStatus
  readonly end: OrderEnd | null
  readonly filledUnits: number
  readonly filledTickUnits: number
  readonly remainingUnits: number
}

/** Told from the events of the command that placed it: a replay tells the same. */
export function standingOf(record: EventRecord, order: number, units: number): Standing {
  let status: OrderStatus = 'open'
  let end: OrderEnd | null = null
  let filledUnits = 0
  let filledTickUnits = 0
  let remainingUnits = units
  for (const event of record.outcome.events) {
    switch (event.kind) {
      case 'TradeExecuted':
        if (event.buyOrder !== order && event.sellOrder !== order) break
        filledUnits += event.units
        filledTickUnits += event.priceTicks * event.units
        break
      case 'NeedWaiting':
        if (event.order === order && status === 'open') status = 'pending'
        break
      case 'OrderFilled':
        if (event.order !== order || end !== null) break
        status = event.status
        remainingUnits = event.remainingUnits
        break
      case 'OrderEnded':
        if (event.order !== order) break
        status = event.status
        end = event.end
        remainingUnits = event.remainingUnits
        break
      default:
    }
  }
  return { status, end, filledUnits, filledTickUnits, remainingUnits }
}

/** The outcome of an item that reached the core. */
export function outcomeOf(reply: Reply): ItemOutcome {
  const { refusal } = reply.outcome
  const { seq, replayed } = reply
  if (refusal !== null) return { ...NOTHING, code: refusal.code, seq, replayed }
  if (reply.commandKind === 'PlaceOrder') {
    const { order, units } = eventOf(reply, 'OrderPlaced')
    const standing = standingOf(reply, order, units)
    return {
      code: null,
      seq,
      replayed,
      order,
      status: standing.status,
      end: standing.end,
      filled_units: standing.filledUnits,
      filled_ticks: standing.filledTickUnits,
      remaining_units: standing.remainingUnits,
    }
  }
  const { order, status, end, remainingUnits } = eventOf(reply, 'OrderEnded')
  return { ...NOTHING, seq, replayed, order, status, end, remaining_units: remainingUnits }
}

/** The outcome of an item that the door refuses. */
export function refusedItem(code: Code): ItemOutcome {
  return { ...NOTHING, code }
}

const NOTHING: ItemOutcome = {
  code: null,
  seq: 0,
  replayed: false,
  order: 0,
  status: null,
  end: null,
  filled_units: 0,
  filled_ticks: 0,
  remaining_units: 0,
}
