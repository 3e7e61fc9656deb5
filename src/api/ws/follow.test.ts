import { expect, test } from 'vitest'
import { EventStream } from '../../../test/tools/event-stream.ts'
import type { EngineDoor } from '../../messages/index.ts'
import { follow } from './follow.ts'

const all = new EventStream(1).take(60_000)

/** A door whose log gives its records one by one, each when the test says so. */
function slowDoor() {
  type Listener = Parameters<EngineDoor['onDurable']>[0]
  const door = { durable: 100, reads: 0, listener: (() => {}) as Listener }
  let goOn = (): void => {}
  const port: Pick<EngineDoor, 'onDurable' | 'durableSeq' | 'events'> = {
    durableSeq: () => door.durable,
    onDurable: (listener) => {
      door.listener = listener
      return () => {}
    },
    events: {
      async *read(fromSeq) {
        door.reads++
        const until = door.durable
        await new Promise<void>((resolve) => (goOn = resolve))
        yield* all.slice(fromSeq - 1, until)
      },
      batches: () => {
        throw new Error('not used')
      },
      get: async () => null,
    },
  }
  const publish = (count: number): void => {
    const records = all.slice(door.durable, door.durable + count)
    door.durable += count
    door.listener(records)
  }
  const read = async (): Promise<void> => {
    goOn()
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return { door, port, publish, read }
}

test('what is published while the log is read comes from memory when it is little', async () => {
  const { door, port, publish, read } = slowDoor()
  const seen: number[] = []
  const following = follow(port, 0, ({ seq }) => seen.push(seq))
  publish(50)
  await read()
  const stop = await following
  publish(50)
  expect(door.reads).toBe(1)
  expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
  stop()
  publish(1)
  expect(seen).toHaveLength(200)
})

test('and from the log when it is much: no more than 10,000 are kept', async () => {
  const { door, port, publish, read } = slowDoor()
  const seen: number[] = []
  const following = follow(port, 40, ({ seq }) => seen.push(seq))
  for (let n = 0; n < 40; n++) publish(1_000)
  await read()
  // All that was too much is read again; what comes in this time fits.
  expect(door.reads).toBe(2)
  for (let n = 0; n < 9; n++) publish(1_000)
  await read()
  await following
  publish(10)
  expect(door.reads).toBe(2)
  expect(seen).toEqual(Array.from({ length: 49_070 }, (_, n) => n + 41))
})
