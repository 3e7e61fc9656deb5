/** Order rows are used again: at a steady rate no order leaves anything to the garbage collector. */
import type { CommandOf } from '../../messages/index.ts'
import { NONE } from './order-pool.ts'
import type { OrderRow } from './rows.ts'

export type OrderTerms = Omit<CommandOf<'PlaceOrder'>, 'kind' | 'priceTicks'>

/** What an order is beside its terms. */
export interface OrderHead {
  readonly order: number
  readonly account: number
  readonly key: number
  readonly priceTicks: number
  readonly horizonSeconds: number
  readonly feePpm: number
  readonly offer: number | null
  readonly failedNodes: readonly number[]
  readonly placedAtUs: number
}

/** A row of nothing yet. One literal gives all rows one shape. */
export function blankOrder(handle: number): OrderRow {
  return {
    order: 0,
    account: 0,
    key: 0,
    instrument: 0,
    side: 'buy',
    type: 'limit',
    units: 0,
    filledUnits: 0,
    remainingUnits: 0,
    priceTicks: 0,
    timeInForce: 'GTC',
    expiresAtUs: null,
    postOnly: false,
    allOrNone: false,
    colocate: false,
    minUnits: 0,
    standing: false,
    selfTrade: 'expire_maker',
    horizonSeconds: 0,
    durationSeconds: null,
    capMicro: null,
    clientOrderId: null,
    capacity: 'principal',
    onBehalfOf: null,
    node: null,
    workload: null,
    retryTicks: null,
    failedNodes: NO_NODES,
    replacedBy: null,
    retryRefused: null,
    offer: null,
    status: 'open',
    end: null,
    detail: null,
    filledTickUnits: 0,
    feePpm: 0,
    heldPrincipalMicro: 0,
    heldFeeMicro: 0,
    takenMicro: 0,
    placedAtUs: 0,
    priority: 0,
    expiryTimer: 0,
    closedAtUs: null,
    closedRank: 0,
    handle,
    slot: NONE,
    heldUnits: 0,
  }
}
const NO_NODES: number[] = []

/** Makes the row a new open order that neither rests nor holds anything. */
export function writeOrder(row: OrderRow, head: OrderHead, c: OrderTerms): OrderRow {
  row.order = head.order
  row.account = head.account
  row.key = head.key
  row.instrument = c.instrument
  row.side = c.side
  row.type = c.type
  row.units = c.units
  row.filledUnits = 0
  row.remainingUnits = c.units
  row.priceTicks = head.priceTicks
  row.timeInForce = c.timeInForce
  row.expiresAtUs = c.expiresAtUs
  row.postOnly = c.postOnly
  row.allOrNone = c.allOrNone
  row.colocate = c.colocate
  row.minUnits = c.minUnits
  row.standing = c.standing
  row.selfTrade = c.selfTrade
  row.horizonSeconds = head.horizonSeconds
  row.durationSeconds = c.durationSeconds
  row.capMicro = c.capMicro
  row.clientOrderId = c.clientOrderId
  row.capacity = c.capacity
  row.onBehalfOf = c.onBehalfOf
  row.node = c.node
  row.workload = c.workload
  row.retryTicks = c.retryTicks
  row.failedNodes = head.failedNodes.length === 0 ? NO_NODES : [...head.failedNodes]
  row.replacedBy = null
  row.retryRefused = null
  row.offer = head.offer
  row.status = 'open'
  row.end = null
  row.detail = null
  row.filledTickUnits = 0
  row.feePpm = head.feePpm
  row.heldPrincipalMicro = 0
  row.heldFeeMicro = 0
  row.takenMicro = 0
  row.placedAtUs = head.placedAtUs
  row.priority = 0
  row.expiryTimer = 0
  row.closedAtUs = null
  row.closedRank = 0
  row.slot = NONE
  row.heldUnits = 0
  return row
}
