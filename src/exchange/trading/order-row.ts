/** An order comes into a record that another has left. */
import { selfTrade, timeInForce, type CommandOf } from '../../messages/index.ts'
import {
  ALL_OR_NONE,
  CAPACITY,
  COLOCATE,
  POST_ONLY,
  SELF_TRADE,
  SIDE,
  STANDING,
  TIME_IN_FORCE,
  TYPE,
} from './order-record.ts'
import { NONE } from './order-pool.ts'
import { NO_RARITIES, type Rarities } from './order-rarities.ts'
import type { OrderFields, OrderRow } from './rows.ts'

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

/** Makes the row a new open order that neither rests nor holds anything. */
export function writeOrder(row: OrderRow, head: OrderHead, c: OrderTerms): OrderRow {
  row.order = head.order
  row.account = head.account
  row.key = head.key
  row.priceTicks = head.priceTicks
  row.horizonSeconds = head.horizonSeconds
  row.feePpm = head.feePpm
  row.placedAtUs = head.placedAtUs
  row.units = c.units
  row.filledUnits = 0
  row.remainingUnits = c.units
  row.filledTickUnits = 0
  row.heldPrincipalMicro = 0
  row.heldFeeMicro = 0
  row.takenMicro = 0
  row.priority = 0
  row.closedRank = 0
  row.closedAtUs = null
  writeTerms(row, c)
  row.status = 'open'
  row.setRarities(raritiesOf(head, c))
  return derived(row)
}

/** Makes the row what a snapshot says of it. */
export function loadOrder(row: OrderRow, from: OrderFields): OrderRow {
  row.order = from.order
  row.account = from.account
  row.key = from.key
  row.priceTicks = from.priceTicks
  row.horizonSeconds = from.horizonSeconds
  row.feePpm = from.feePpm
  row.placedAtUs = from.placedAtUs
  row.units = from.units
  row.filledUnits = from.filledUnits
  row.remainingUnits = from.remainingUnits
  row.filledTickUnits = from.filledTickUnits
  row.heldPrincipalMicro = from.heldPrincipalMicro
  row.heldFeeMicro = from.heldFeeMicro
  row.takenMicro = from.takenMicro
  row.priority = from.priority
  row.closedRank = from.closedRank
  row.closedAtUs = from.closedAtUs
  writeTerms(row, from)
  row.status = from.status
  row.end = from.end
  const { expiresAtUs, durationSeconds, capMicro, clientOrderId, onBehalfOf, workload } = from
  const { retryTicks, failedNodes, replacedBy, retryRefused, offer, detail, expiryTimer } = from
  const rare: Rarities = {
    expiresAtUs,
    durationSeconds,
    capMicro,
    clientOrderId,
    onBehalfOf,
    workload,
    retryTicks,
    failedNodes,
    replacedBy,
    retryRefused,
    offer,
    detail,
    expiryTimer,
  }
  row.setRarities(hasAny(rare) ? rare : NO_RARITIES)
  return derived(row)
}

type CommonTerms = Pick<
  OrderFields,
  | 'instrument'
  | 'side'
  | 'type'
  | 'timeInForce'
  | 'postOnly'
  | 'allOrNone'
  | 'colocate'
  | 'standing'
  | 'selfTrade'
  | 'capacity'
  | 'minUnits'
  | 'node'
>

// `status` and `end` are set after it.
function writeTerms(row: OrderRow, c: CommonTerms): void {
  row.instrument = c.instrument
  row.minUnits = c.minUnits
  row.flags =
    (c.side === 'buy' ? 0 : 1 << SIDE) |
    (c.type === 'limit' ? 0 : 1 << TYPE) |
    (timeInForce.values.indexOf(c.timeInForce) << TIME_IN_FORCE) |
    (c.postOnly ? 1 << POST_ONLY : 0) |
    (c.allOrNone ? 1 << ALL_OR_NONE : 0) |
    (c.colocate ? 1 << COLOCATE : 0) |
    (c.standing ? 1 << STANDING : 0) |
    (selfTrade.values.indexOf(c.selfTrade) << SELF_TRADE) |
    (c.capacity === 'principal' ? 0 : 1 << CAPACITY)
  row.node = c.node
}

/** What follows from the other rows is found again where they are entered. */
function derived(row: OrderRow): OrderRow {
  row.slot = NONE
  row.heldUnits = 0
  return row
}

function raritiesOf({ offer, failedNodes }: OrderHead, c: OrderTerms): Readonly<Rarities> {
  const { expiresAtUs, durationSeconds, capMicro, clientOrderId } = c
  const { onBehalfOf, workload, retryTicks } = c
  const isPlain =
    offer === null &&
    failedNodes.length === 0 &&
    expiresAtUs === null &&
    durationSeconds === null &&
    capMicro === null &&
    clientOrderId === null &&
    onBehalfOf === null &&
    workload === null &&
    retryTicks === null
  if (isPlain) return NO_RARITIES
  return {
    ...NO_RARITIES,
    offer,
    failedNodes: [...failedNodes],
    expiresAtUs,
    durationSeconds,
    capMicro,
    clientOrderId,
    onBehalfOf,
    workload,
    retryTicks,
  }
}

function hasAny(rare: Rarities): boolean {
  return rare.failedNodes.length > 0 || RARE.some((name) => rare[name] !== NO_RARITIES[name])
}
const RARE = (Object.keys(NO_RARITIES) as (keyof Rarities)[]).filter(
  (name) => name !== 'failedNodes',
)
