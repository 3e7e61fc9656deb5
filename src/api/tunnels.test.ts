// Tunnels as their two sides meet them: a buyer's client and a daemon, with the door between them.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openParty,
  openStreamOf,
  until,
  type Market,
} from '../../test/support/api-venue.ts'
import {
  hasCode,
  type AskedTunnel,
  type Stream,
  type Tunnel,
  type TunnelTarget,
} from '../client/index.ts'
import { TUNNEL, encodeTunnel, isTunnelFrame } from '../wire/index.ts'

const LOOK_MS = 500

let venue: ApiVenue
let market: Market
let workload = ''
let allocation = ''
let asked: AskedTunnel[] = []
/** what the daemon does when it is asked */
let onAsk: (tunnel: AskedTunnel) => void = () => {}

beforeAll(async () => {
  venue = await ApiVenue.start({
    socketLookMs: LOOK_MS,
    tunnelLimits: { perConnection: 3, idleSeconds: 4, openSeconds: 1, bytes: 8_000_000 },
  })
  market = await openMarket(venue)
  const { node } = market
  await openAllocation()
  const kinds = ['exec', 'port'] as const
  market.stream.serveTunnels({ nodeId: node.id, kinds, onAsk: (one) => onAsk(one) })
  await runWorkload()
  await reachable()
})
beforeEach(async () => {
  asked = []
  onAsk = (tunnel) => {
    asked.push(tunnel)
    tunnel.opened()
  }
  await runWorkload()
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

/** Buys a core and opens it. */
async function openAllocation(): Promise<void> {
  const { buyer, node } = market
  const body = {
    symbol: SYMBOL,
    side: 'buy',
    units: 1,
    price: '0.10',
    time_in_force: 'FOK',
  } as const
  const [fill] = (await buyer.client.placeOrder({ body })).fills
  const { data } = await node.daemon.listAssignments({ params: { node_id: node.id } })
  const one = data.find(({ lease }) => lease.id === fill?.lease_id)
  const params = { lease_id: one?.lease.id ?? '' }
  await node.daemon.reportReady({ params, body: { nonce: one?.nonce ?? '' } })
  allocation = one?.lease.allocation_id ?? ''
}

/** One more program that runs there. */
async function runWorkload(): Promise<void> {
  const params = { allocation_id: allocation }
  const body = { spec: { command: ['sleep', '9'] } }
  const started = await market.buyer.client.startWorkload({ params, body })
  workload = started.workload.id
  await report('running')
}

/** What a daemon offers on its stream is not answered: the door has heard it when a tunnel opens. */
async function reachable(): Promise<void> {
  onAsk = (tunnel) => tunnel.opened()
  const stream = await openStreamOf(venue, market.buyer.token)
  await until(async () => {
    const opened = await stream.openTunnel(exec()).catch((error: unknown) => error)
    return !hasCode(opened, 'TUNNEL_UNAVAILABLE')
  })
  stream.close()
}

async function report(status: 'running' | 'done'): Promise<void> {
  const ended = status === 'done' ? ({ exit_code: 0, end: 'EXITED' } as const) : {}
  const params = { workload_id: workload }
  await market.node.daemon.reportWorkload({ params, body: { status, ...ended } })
}

const exec = (more: Partial<TunnelTarget> = {}): TunnelTarget => ({
  workload_id: workload,
  kind: 'exec',
  command: ['sh'],
  ...more,
})
const textOf = async (from: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = []
  for await (const part of from) parts.push(part)
  return Buffer.concat(parts).toString()
}
async function buyerTunnel(): Promise<{ stream: Stream; tunnel: Tunnel; daemon: AskedTunnel }> {
  const stream = await openStreamOf(venue, market.buyer.token)
  const tunnel = await stream.openTunnel(exec())
  return { stream, tunnel, daemon: asked.at(-1)! }
}
async function metric(line: RegExp): Promise<number> {
  const text = await (await fetch(`${venue.url}/metrics`)).text()
  return Number(line.exec(text)?.[1] ?? 0)
}

test('DLV-028 bytes pass both ways in order, ends and exit code too, and are counted', async () => {
  const stream = await openStreamOf(venue, market.buyer.token)
  const terminal = { columns: 80, rows: 24 }
  const tunnel = await stream.openTunnel(exec({ terminal }))
  const [daemon] = asked
  expect(daemon?.ask).toMatchObject({
    workload_id: workload,
    kind: 'exec',
    command: ['sh'],
    terminal,
  })
  const sizes: unknown[] = []
  daemon!.onResize = (size) => sizes.push(size)
  const heard = textOf(daemon!.pipe.data)
  await tunnel.send(Buffer.from('to the '))
  await tunnel.send(Buffer.from('program'))
  tunnel.sendEnd()
  tunnel.resize({ columns: 132, rows: 40 })
  expect(await heard).toBe('to the program')
  await until(() => sizes.length === 1)
  expect(sizes).toEqual([{ columns: 132, rows: 40 }])
  const printed = Promise.all([textOf(tunnel.data), textOf(tunnel.errors)])
  const large = 'x'.repeat(TUNNEL.windowBytes * 3)
  await daemon!.pipe.send(Buffer.from(large))
  await daemon!.pipe.send(Buffer.from('oops'), 'errors')
  daemon!.close({ exit_code: 7 })
  expect(await printed).toEqual([large, 'oops'])
  const bytesOut = large.length + 4
  const counted = { bytesIn: 14, bytesOut }
  expect(await tunnel.ended).toEqual({ end: 'done', exitCode: 7, ...counted })
  expect(await daemon!.pipe.ended).toEqual({ end: 'done', exitCode: 7, ...counted })
  expect(await metric(/suan_tunnel_bytes_total\{kind="exec",direction="out"\} (\d+)/)).toBe(
    bytesOut,
  )
  const params = { workload_id: workload }
  const moved = { tunnels_in: 14, tunnels_out: bytesOut, objects_in: 0, objects_out: 0 }
  expect(await market.buyer.client.getWorkloadBytes({ params })).toEqual({ ...params, ...moved })
  expect(await metric(/suan_tunnels\{kind="exec"\} (\d+)/)).toBe(0)
  stream.close()
})

test('DLV-028 only a key of the buyer’s account that may deliver opens one', async () => {
  const code = async (token: string | null, target = exec()) => {
    const stream = await openStreamOf(venue, token)
    const refusal = await stream.openTunnel(target).then(
      () => 'open',
      (error: { code: string }) => error.code,
    )
    stream.close()
    return refusal
  }
  const other = await openParty(venue, 'buyer', '1.00')
  expect(await code(null)).toBe('UNAUTHENTICATED')
  expect(await code(other.token)).toBe('NOT_FOUND')
  expect(await code(market.seller.token)).toBe('NOT_FOUND')
  const scopes = ['read'] as const
  const { token } = await market.buyer.client.issueKey({
    body: { label: 'r', scopes: [...scopes] },
  })
  expect(await code(token ?? '')).toBe('SCOPE_MISSING')
  expect(await code(market.buyer.token, exec({ workload_id: 'wkl_999' }))).toBe('NOT_FOUND')
  expect(await code(market.buyer.token, exec({ port: 80 }))).toBe('MALFORMED')
  expect(await code(market.buyer.token, exec({ kind: 'port' }))).toBe('MALFORMED')
  await report('done')
  expect(await code(market.buyer.token)).toBe('WORKLOAD_ENDED')
  expect(asked).toEqual([])
})

test('DLV-029 a daemon that says no, says nothing, or is away opens none', async () => {
  const stream = await openStreamOf(venue, market.buyer.token)
  onAsk = (tunnel) => tunnel.close({ why: 'nothing answers on that port' })
  const port = { workload_id: workload, kind: 'port', port: 80 } as const
  await expect(stream.openTunnel(port)).rejects.toMatchObject({ code: 'TUNNEL_REFUSED' })
  onAsk = () => {}
  await expect(stream.openTunnel(port)).rejects.toMatchObject({ code: 'TUNNEL_UNAVAILABLE' })
  const { node } = market
  market.stream.serveTunnels({ nodeId: node.id, kinds: ['exec'], onAsk: (one) => onAsk(one) })
  onAsk = (tunnel) => tunnel.opened()
  const tunnel = await stream.openTunnel(exec())
  await expect(stream.openTunnel(port)).rejects.toMatchObject({ code: 'TUNNEL_UNAVAILABLE' })
  market.stream.close()
  expect((await tunnel.ended).end).toBe('node_gone')
  await until(async () => {
    const failed = await stream.openTunnel(exec()).catch((error: unknown) => error)
    return hasCode(failed, 'TUNNEL_UNAVAILABLE')
  })
  stream.close()
  const again = node.daemon.openStream()
  again.subscribe('assignments', { node_id: node.id }, () => {})
  again.serveTunnels({ nodeId: node.id, kinds: ['exec', 'port'], onAsk: (one) => onAsk(one) })
  Object.assign(market, { stream: again })
  await until(async () => (await market.seller.client.listNodes()).data[0]?.connected === true)
  await reachable()
})

test('DLV-029 it ends with its workload, its allocation, its key, its connections, and when idle', async () => {
  const { client } = market.buyer
  const first = await buyerTunnel()
  await report('done')
  expect((await first.tunnel.ended).end).toBe('workload_ended')
  expect((await first.daemon.pipe.ended).end).toBe('workload_ended')
  await runWorkload()
  const second = await first.stream.openTunnel(exec())
  await client.closeAllocation({ params: { allocation_id: allocation } })
  expect((await second.ended).end).toBe('allocation_closed')
  await openAllocation()
  await runWorkload()
  const third = await buyerTunnel()
  third.stream.close()
  expect((await third.daemon.pipe.ended).end).toBe('client_gone')
  const idle = await first.stream.openTunnel(exec())
  expect((await idle.ended).end).toBe('idle')
  const scopes = ['read', 'deliver'] as const
  const issued = await client.issueKey({ body: { label: 'x', scopes: [...scopes] } })
  const keyed = await openStreamOf(venue, issued.token ?? '')
  await keyed.openTunnel(exec())
  await client.revokeKey({ params: { key_id: issued.key.id } })
  expect((await asked.at(-1)!.pipe.ended).end).toBe('key_ended')
  keyed.close()
  first.stream.close()
})

test('so many on one connection, and so much through one', async () => {
  const { stream, tunnel, daemon } = await buyerTunnel()
  await stream.openTunnel(exec())
  const last = await stream.openTunnel(exec())
  await expect(stream.openTunnel(exec())).rejects.toMatchObject({ code: 'LIMIT_REACHED' })
  last.close()
  expect((await last.ended).end).toBe('client_gone')
  await stream.openTunnel(exec())
  const read = textOf(tunnel.data)
  const isAll = await daemon.pipe.send(Buffer.alloc(9_000_000))
  expect(isAll).toBe(false)
  expect((await read).length).toBeGreaterThanOrEqual(8_000_000)
  expect((await tunnel.ended).end).toBe('size')
  stream.close()
})

test('a reader that is behind holds up neither logs nor orders, and a window is all that waits', async () => {
  const { stream, tunnel, daemon } = await buyerTunnel()
  const nothing = new Uint8Array(16 * 1024)
  let sent = 0
  const sending = (async () => {
    while (await daemon.pipe.send(nothing)) sent += nothing.length
  })()
  await until(() => sent >= TUNNEL.windowBytes - nothing.length)
  const params = { workload_id: workload }
  const logged: string[] = []
  stream.subscribe('logs', params, ({ data }) => logged.push(data.data))
  const chunk = { ...params, stream: 'stdout', offset: 0, data: 'aGk' } as const
  await until(() => market.stream.sendLog(chunk))
  await until(() => logged.includes('aGk'))
  const order = { symbol: SYMBOL, side: 'buy', units: 1, price: '0.02' } as const
  expect((await stream.placeOrder(order)).order.status).toBe('open')
  expect(sent).toBeLessThanOrEqual(TUNNEL.windowBytes)
  tunnel.close()
  await sending
  stream.close()
})

test('who sends more than was granted loses the tunnel, and no more', async () => {
  const url = `${venue.url.replace('http', 'ws')}/v1/ws`
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${market.buyer.token}` } })
  const told: Record<string, unknown>[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary || !isTunnelFrame(data)) told.push(JSON.parse(data.toString()))
  })
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ op: 'tunnel.open', tunnel: 5, ...exec() }))
  await until(() => told.some(({ type, id }) => type === 'ack' && id === '5'))
  const chunk = new Uint8Array(TUNNEL.chunkBytes)
  for (let n = 0; n < TUNNEL.windowBytes / chunk.length + 1; n++) {
    socket.send(encodeTunnel(5, 'data', chunk))
  }
  await until(() => told.some(({ type, end }) => type === 'tunnel.end' && end === 'overrun'))
  socket.send(encodeTunnel(5, 'data', chunk))
  socket.send(new Uint8Array([1, 4, 9, 9]))
  socket.send('{"op":"ping"}')
  await until(() => told.some(({ type }) => type === 'pong'))
  expect(told.filter(({ type }) => type === 'error').map(({ code }) => code)).toEqual(['MALFORMED'])
  socket.close()
})
