/** A CXB-1 flow as canonical commands of members, each with an id of its own. */
import { assert, decode, newCommandId, Writer } from '../../src/kernel/index.ts'
import { envelope, type Command, type Envelope } from '../../src/messages/index.ts'
import { START_US } from '../../test/scenarios/venue.ts'
import {
  CANCEL,
  ID,
  IOC,
  LIMIT,
  MOVE,
  OWNER,
  PRICE,
  RECORD_WORDS,
  SYMBOL,
  UNITS,
} from '../cxb1/record.ts'
import { PLAIN_ORDER } from '../plain-order.ts'
import type { Market } from './market.ts'

/** Encoded envelopes one after the other: record n lies from `ends[n - 1]` (or 0) to `ends[n]`. */
export interface SpotFlow {
  readonly bytes: Uint8Array
  readonly ends: Float64Array
}

/**
 * One envelope a record. Orders of a fresh market get consecutive ids from 1, as those of
 * the flow do, so a cancel can name one that is yet to be placed.
 */
export function spotFlow(words: Int32Array, market: Market): SpotFlow {
  const count = words.length / RECORD_WORDS
  const owners = new Int32Array(count + 1)
  const random = new Uint8Array(10)
  const view = new DataView(random.buffer)
  const writer = new Writer()
  const ends = new Float64Array(count)
  for (let record = 0; record < count; record++) {
    const at = record * RECORD_WORDS
    const id = words[at + ID] ?? 0
    const type = (words[at] ?? 0) & 255
    if (type === LIMIT || type === IOC) owners[id] = words[at + OWNER] ?? 0
    const owner = market.owners[owners[id] ?? 0]
    assert(owner !== undefined && owner.account > 0, 'every order of the flow has an owner')
    // Those of the venue itself count from 1.
    view.setUint32(6, 2 ** 31 + record)
    const command = commandOf(words, at, type, market, owner.node)
    const { account, key } = owner
    const name = newCommandId(Math.floor(START_US / 1_000), random)
    envelope.write(writer, { account, key, id: name, command })
    ends[record] = writer.length
  }
  return { bytes: writer.finish(), ends }
}

function commandOf(
  words: Int32Array,
  at: number,
  type: number,
  market: Market,
  node: number,
): Command {
  const order = words[at + ID] ?? 0
  if (type === CANCEL) return { kind: 'CancelOrder', order }
  const priceTicks = words[at + PRICE] ?? 0
  if (type === MOVE) return { kind: 'AmendOrder', order, units: null, priceTicks }
  const buys = (words[at] ?? 0) >>> 8 === 0
  return {
    ...PLAIN_ORDER,
    instrument: market.instruments[words[at + SYMBOL] ?? 0] ?? 0,
    side: buys ? 'buy' : 'sell',
    units: words[at + UNITS] ?? 0,
    priceTicks,
    timeInForce: type === IOC ? 'IOC' : 'GTC',
    node: buys ? null : node,
  }
}

/** The envelopes as objects. */
export function envelopesOf({ bytes, ends }: SpotFlow): Envelope[] {
  return Array.from(ends, (until, at) =>
    decode(envelope, bytes.subarray(at === 0 ? 0 : ends[at - 1]!, until)),
  )
}
