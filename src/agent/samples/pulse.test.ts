import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { until } from '../../../test/support/api-venue.ts'
import { Pulse } from './pulse.ts'

const servers: WebSocketServer[] = []
afterEach(() => {
  for (const each of servers.splice(0)) each.close()
})

/** A socket to a server that answers pings, or does not. */
async function connect(pulse: Pulse, autoPong: boolean): Promise<WebSocket> {
  const server = new WebSocketServer({ port: 0, autoPong })
  servers.push(server)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = pulse.watch(new WebSocket(`ws://127.0.0.1:${port}`))
  await once(socket, 'open')
  return socket
}

test('round trips are timed, and their differences are the jitter', async () => {
  let nowMs = 0
  const pulse = new Pulse(() => nowMs)
  const socket = await connect(pulse, true)
  expect(pulse.quality()).toEqual({ rttUs: NaN, jitterUs: NaN, lossPpm: NaN })
  for (const tookMs of [10, 10, 26]) {
    pulse.beat()
    nowMs += tookMs
    await until(() => !Number.isNaN(pulse.quality().rttUs))
    expect(pulse.quality().rttUs).toBe(tookMs * 1_000)
  }
  // 0 after the second beat, then a sixteenth of the difference of 16 ms.
  expect(pulse.quality().jitterUs).toBe(1_000)
  expect(pulse.quality().lossPpm).toBe(0)
  socket.close()
})

test('a beat without an answer until the next one is lost', async () => {
  const pulse = new Pulse()
  const socket = await connect(pulse, false)
  for (let n = 0; n < 4; n++) pulse.beat()
  expect(pulse.quality()).toMatchObject({ rttUs: NaN, lossPpm: 1e6 })
  socket.close()
  await once(socket, 'close')
  const next = await connect(pulse, true)
  // Away in between: that counts too. The beat before the answer is lost, this one is not.
  pulse.beat()
  await until(() => !Number.isNaN(pulse.quality().rttUs))
  pulse.beat()
  expect(pulse.quality().lossPpm).toBe(0.8 * 1e6)
  next.close()
})
