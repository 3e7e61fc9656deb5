import { expect, test } from 'vitest'
import { Writer } from '../kernel/index.ts'
import type { EventKind, EventRecord } from '../messages/index.ts'
import { TallyMachine } from '../../test/support/tally-machine.ts'
import { orderEnvelopes } from '../../test/support/order-envelopes.ts'
import { T0 } from '../../test/support/engine-bench.ts'
import { Batch } from './batch.ts'
import { Fanout } from './fanout.ts'

/** Counts how often its events were made objects. */
class CountedBatch extends Batch {
  decoded = 0
  override eventRecords(): EventRecord[] {
    this.decoded++
    return super.eventRecords()
  }
}

/** Three orders through the raw door, which tell RulesActivated. */
function batchOf(): CountedBatch {
  const batch = new CountedBatch(1, new Writer(), 64)
  const { raw } = new TallyMachine({ isRaw: true })
  const { bytes, count } = orderEnvelopes(3, T0 / 1_000)
  const size = bytes.length / count
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let n = 0; n < count; n++) {
    const envelope = { bytes, view, from: n * size + 4, until: (n + 1) * size }
    batch.executeRaw(raw!, n + 1, T0 + n, envelope)
  }
  return batch
}
const kinds = (...all: EventKind[]) => new Set(all)
const told = kinds('RulesActivated')

test('events are decoded once for all that want them', () => {
  const fanout = new Fanout()
  const heard: number[] = []
  for (const want of [told, kinds('RulesActivated', 'HubAdded'), undefined]) {
    fanout.onDurable((records) => heard.push(records.length), want)
  }
  const batch = batchOf()
  fanout.publish(batch, 3, told)
  expect(heard).toEqual([3, 3, 3])
  expect(batch.decoded).toBe(1)
})

test('and not at all where nobody wants what the raw door can tell', () => {
  const fanout = new Fanout()
  const heard: unknown[] = []
  fanout.onDurable((records) => heard.push(records), kinds('KeyRevoked'))
  fanout.onAdvance((seq) => heard.push(seq))
  const batch = batchOf()
  fanout.publish(batch, 3, told)
  expect(heard).toEqual([3])
  expect(batch.decoded).toBe(0)
  // A door that does not say what it can tell may have told it.
  fanout.publish(batch, 3, undefined)
  expect(heard).toHaveLength(3)
})

test('one that left hears no more, and the same function may listen twice', () => {
  const fanout = new Fanout()
  let heard = 0
  const listener = () => void heard++
  const leave = [fanout.onDurable(listener), fanout.onDurable(listener), fanout.onAdvance(listener)]
  fanout.publish(batchOf(), 3, told)
  expect(heard).toBe(3)
  for (const each of leave) each()
  fanout.publish(batchOf(), 3, told)
  expect(heard).toBe(3)
})
