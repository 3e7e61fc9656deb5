import { assert, encode, newCommandId } from '../../src/kernel/index.ts'
import {
  envelope,
  packRecords,
  type CommandOf,
  type RecordBatch,
} from '../../src/messages/index.ts'

/** of each envelope at least: what an order of a member takes, its label included */
const BYTES_MIN = 96
const ACCOUNTS = 100
const UNITS_MAX = 100

/**
 * Orders of members as encoded envelopes, all of one size, with ids of the time `nowMs`: the first
 * wants 1 unit, the second 2 and so on, up to 100 and again from 1.
 */
export function orderEnvelopes(count: number, nowMs: number): RecordBatch {
  const random = new Uint8Array(10)
  const view = new DataView(random.buffer)
  const records = Array.from({ length: count }, (_, n) => {
    view.setUint32(6, n + 1)
    const command: CommandOf<'PlaceOrder'> = {
      ...ORDER,
      units: 1 + (n % UNITS_MAX),
      clientOrderId: `order-${n.toString().padStart(20, '0')}`,
    }
    const id = newCommandId(Math.floor(nowMs), random)
    return encode(envelope, { account: 1 + (n % ACCOUNTS), key: 1, id, command })
  })
  assert(
    records.every((record) => record.length >= BYTES_MIN && record.length === records[0]?.length),
    `envelopes of one size from ${BYTES_MIN} bytes on`,
  )
  return packRecords(records)
}

const ORDER = {
  kind: 'PlaceOrder',
  instrument: 1,
  side: 'buy',
  type: 'limit',
  priceTicks: 100_000,
  timeInForce: 'GTC',
  expiresAtUs: null,
  postOnly: false,
  allOrNone: false,
  colocate: false,
  minUnits: 0,
  standing: false,
  selfTrade: 'expire_maker',
  horizonSeconds: 3_600,
  durationSeconds: null,
  capMicro: 1_000_000n,
  capacity: 'principal',
  onBehalfOf: null,
  node: null,
  workload: null,
  retryTicks: null,
} as const
