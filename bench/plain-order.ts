import type { CommandOf } from '../src/messages/index.ts'

/** An order without anything special, for benchmarks to fill in what theirs are about. */
export const PLAIN_ORDER = {
  kind: 'PlaceOrder',
  type: 'limit',
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
} as const satisfies Omit<CommandOf<'PlaceOrder'>, 'instrument' | 'side' | 'units' | 'priceTicks'>
