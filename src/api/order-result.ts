/** What became of an order, told from the events of its own command: a replay tells the same. */
import type {
  CommandOf,
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
  const standing = standingOf(record, placed.order, placed.units)
  const allocationIds = allocations.map(({ allocation }) => allocation)
  return {
    ...written(record),
    order: toOrder(orderRow(placeOf(record, placed), placed, standing, allocationIds), instrument),
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

/** The same of an order that rests as it was said, told from what was said. */
export function restingOrder(
  reply: Pick<EventRecord, 'seq' | 'timeUs' | 'command'> & { readonly order: number },
  command: CommandOf<'PlaceOrder'>,
  account: number,
  instrument: InstrumentView,
): PlacedOrder {
  const { seq, timeUs, order } = reply
  const standing: Standing = {
    status: 'open',
    end: null,
    filledUnits: 0,
    filledTickUnits: 0,
    remainingUnits: command.units,
  }
  const row = orderRow({ order, seq, timeUs, account, offer: false }, command, standing, [])
  return {
    ...written(reply),
    order: toOrder(row, instrument),
    fills: [],
    allocation_ids: [],
    workload_ids: [],
  }
}

interface Place {
  readonly order: number
  readonly seq: number
  readonly timeUs: number
  readonly account: number
  readonly offer: boolean
}

function placeOf(
  { seq, timeUs }: EventRecord,
  { order, account, offer }: EventOf<'OrderPlaced'>,
): Place {
  return { order, seq, timeUs, account, offer }
}

/** Field by field: an object of so many fields that is spread out of another is slow to make and use. */
function orderRow(
  { order, seq, timeUs, account, offer }: Place,
  said: Omit<CommandOf<'PlaceOrder'>, 'kind'>,
  standing: Standing,
  allocations: readonly number[],
): OrderRow {
  return {
    order,
    seq,
    account,
    instrument: said.instrument,
    side: said.side,
    type: said.type,
    timeInForce: said.timeInForce,
    status: standing.status,
    end: standing.end,
    units: said.units,
    filledUnits: standing.filledUnits,
    remainingUnits: standing.remainingUnits,
    priceTicks: said.priceTicks,
    filledTickUnits: standing.filledTickUnits,
    clientOrderId: said.clientOrderId,
    capacity: said.capacity,
    offer,
    node: said.node,
    placedAtUs: timeUs,
    endedAtUs: standing.end === null ? null : timeUs,
    expiresAtUs: said.expiresAtUs,
    horizonSeconds: said.horizonSeconds,
    durationSeconds: said.durationSeconds,
    allocations,
    replacedBy: null,
    retryRefused: null,
  }
}
