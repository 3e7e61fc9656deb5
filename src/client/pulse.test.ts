/** A connection that was cut on the way, told from one that has nothing to say. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ApiVenue } from '../../test/support/api-venue.ts'
import { createClient } from './client.ts'
import { Pulse } from './pulse.ts'

test('silence is asked about, and only an open question ends a connection', () => {
  const pulse = new Pulse(0)
  expect(pulse.look(9_999)).toBe('alive')
  expect(pulse.look(10_000)).toBe('gone')
  pulse.heard(10_000)
  expect(pulse.look(19_999)).toBe('alive')
  // A timer that came a minute late asks first.
  expect(pulse.look(80_000)).toBe('ask')
  expect(pulse.look(89_999)).toBe('alive')
  expect(pulse.look(90_000)).toBe('gone')
  pulse.heard(90_001)
  expect(pulse.look(90_002)).toBe('alive')
})

test('a stream whose packets are lost on the way is connected anew', async () => {
  const venue = await ApiVenue.start()
  const held: Socket[] = []
  let swallow = false
  const middle = createServer((near) => {
    const far = createConnection(Number(new URL(venue.url).port), '127.0.0.1')
    held.push(near, far)
    for (const each of [near, far]) each.on('error', () => {})
    if (swallow) return
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(middle, 'listening')
  const address = middle.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  const states: string[] = []
  const client = createClient({
    baseUrl: `http://127.0.0.1:${address.port}`,
    openSocket: (url) => new WebSocket(url),
  })
  const waiting = async (state: string, times: number): Promise<void> => {
    while (states.filter((each) => each === state).length < times) await sleep(50)
  }
  const stream = client.openStream({ onState: (state) => states.push(state) })
  await waiting('open', 1)
  // A quiet connection stays: it answers when it is asked.
  await sleep(13_000)
  expect(states).not.toContain('lost')
  swallow = true
  for (const each of held) each.unpipe().pause()
  await waiting('lost', 1)
  swallow = false
  await waiting('open', 2)
  stream.close()
  for (const each of held) each.destroy()
  middle.close()
  await venue.stop()
})
