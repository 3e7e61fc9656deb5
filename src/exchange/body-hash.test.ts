import { expect, test } from 'vitest'
import { encode } from '../kernel/index.ts'
import { command as commandCodec, type Command, type CommandOf } from '../messages/index.ts'
import { BodyHash } from './body-hash.ts'

const ORDER: CommandOf<'PlaceOrder'> = {
  kind: 'PlaceOrder',
  instrument: 1,
  side: 'buy',
  type: 'limit',
  units: 1,
  priceTicks: 100,
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
}
const workload = { specDigest: 'ab'.repeat(32), closeAllocation: true }

/** Each field of an order changed alone: none may be forgotten by the fingerprint. */
const CHANGES: { readonly [K in Exclude<keyof typeof ORDER, 'kind'>]: (typeof ORDER)[K][] } = {
  instrument: [2],
  side: ['sell'],
  type: ['market_to_limit'],
  units: [2],
  priceTicks: [101, null, 0],
  timeInForce: ['IOC', 'FOK', 'GTD'],
  expiresAtUs: [0, 1, 2 ** 40, 2 ** 40 + 2 ** 32],
  postOnly: [true],
  allOrNone: [true],
  colocate: [true],
  minUnits: [1],
  standing: [true],
  selfTrade: ['expire_taker', 'decrement'],
  horizonSeconds: [1],
  durationSeconds: [0, 1],
  capMicro: [0n, 1n, 2n ** 61n],
  clientOrderId: ['', 'a', 'b'],
  capacity: ['agency'],
  onBehalfOf: [0, 1],
  node: [0, 1],
  workload: [workload, { ...workload, closeAllocation: false }],
  retryTicks: [0, 1],
}

test('ENG-002: commands that differ in any field have different fingerprints, equal ones the same', () => {
  const changed = Object.entries(CHANGES).flatMap(([field, values]) =>
    values.map((value): Command => ({ ...ORDER, [field]: value })),
  )
  const others: Command[] = [
    { kind: 'CancelOrder', order: 1 },
    { kind: 'CancelOrder', order: 2 ** 40 },
    { kind: 'AmendOrder', order: 1, units: 1, priceTicks: null },
    { kind: 'CancelAll', instrument: null },
  ]
  const commands = [ORDER, ...changed, ...others]
  const one = new BodyHash()
  const printOf = (command: Command): string => {
    const words = new Int32Array(2)
    one.of(command, words)
    return words.join()
  }
  const prints = commands.map(printOf)
  expect(new Set(prints).size).toBe(commands.length)
  expect(commands.map((command) => printOf({ ...command }))).toEqual(prints)
  const bytes = encode(commandCodec, ORDER)
  const words = new Int32Array(2)
  BodyHash.ofBytes(new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length, words)
  expect(words.join()).toBe(prints[0])
})
