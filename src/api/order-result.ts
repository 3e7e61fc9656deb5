/** What became of an order, told from the events of its own command: a replay tells the same. */
import type {
  EventOf,
  EventRecord,
  InstrumentView,
  OrderEnd,
  OrderRow,
  OrderStatus,
} from '../messages/index.ts'
import { idOf, toFill, toOrder, type Fill, type PlacedOrder } from '../wire/index.ts'
import { eventOf, eventsOf, written } from './submit.ts'

export function placedOrder(record: EventRecord, instrument: InstrumentView): PlacedOrder {
  const placed = eventOf(record, 'OrderPlaced')
  const allocations = eventsOf(record, 'AllocationOpened').filter(
    (event) => event.order === placed.order,
  )
  const workloads = eventsOf(record, 'WorkloadQueued').filter((event) =>
    allocations.some(({ allocation }) => allocation === event.allocation),
  )
  const allocationIds = allocations.map(({ allocation }) => allocation)
  return {
    ...written(record),
    order: toOrder(orderRow(record, placed, allocationIds), instrument),
    fills: fillsOf(record, placed.order, instrument),
    allocation_ids: allocationIds.map((id) => idOf('allocation', id)),
    workload_ids: workloads.map(({ workload }) => idOf('workload', workload)),
  }
}

/** Trades in which the order was the taker, in the order they happened. */
export function fillsOf(record: EventRecord, order: number, instrument: InstrumentView): Fill[] {
  return tradesOf(record, order).map((trade) => {
    const side = trade.buyOrder === order ? 'buy' : 'sell'
    return toFill(
      {
        ...trade,
        seq: record.seq,
        timeUs: record.timeUs,
        account: side === 'buy' ? trade.buyAccount : trade.sellAccount,
        order,
        side,
        maker: trade.takerSide !== side,
      },
      instrument,
    )
  })
}

function tradesOf(record: EventRecord, order: number): EventOf<'TradeExecuted'>[] {
  return eventsOf(record, 'TradeExecuted').filter(
    (event) => event.buyOrder === order || event.sellOrder === order,
  )
}

/** How far an order has come by the end of its own command; `OrderScan` reads the same off bytes. */
interface Standing {
  readonly status: OrderStatus
  readonly end: OrderEnd | null
  readonly filledUnits: number
  readonly filledTickUnits: number
  readonly remainingUnits: number
}

/** Told from the events of the command that placed it: a replay tells the same. */
function standingOf(record: EventRecord, order: number, units: number): Standing {
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

/** Field by field: an object of so many fields that is spread out of another is slow to make and use. */
function orderRow(
  record: EventRecord,
  placed: EventOf<'OrderPlaced'>,
  allocations: readonly number[],
): OrderRow {
  const standing = standingOf(record, placed.order, placed.units)
  return {
    order: placed.order,
    seq: record.seq,
    account: placed.account,
    instrument: placed.instrument,
    side: placed.side,
    type: placed.type,
    timeInForce: placed.timeInForce,
    status: standing.status,
    end: standing.end,
    units: placed.units,
    filledUnits: standing.filledUnits,
    remainingUnits: standing.remainingUnits,
    priceTicks: placed.priceTicks,
    filledTickUnits: standing.filledTickUnits,
    clientOrderId: placed.clientOrderId,
    capacity: placed.capacity,
    offer: placed.offer,
    node: placed.node,
    placedAtUs: record.timeUs,
    endedAtUs: standing.end === null ? null : record.timeUs,
    expiresAtUs: placed.expiresAtUs,
    horizonSeconds: placed.horizonSeconds,
    durationSeconds: placed.durationSeconds,
    allocations,
    replacedBy: null,
    retryRefused: null,
  }
}
