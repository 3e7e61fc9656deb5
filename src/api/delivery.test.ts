import { createHash, createPublicKey, verify } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ApiVenue,
  SYMBOL,
  addNode,
  openMarket,
  until,
  type Market,
} from '../../test/support/api-venue.ts'
import { measured, signedReport } from '../../test/support/report.ts'
import type { Stream } from '../client/index.ts'
import { base64urlEncode, decode, encode } from '../kernel/index.ts'
import { fundedStatement, meterStatement, workloadSpec } from '../messages/index.ts'
import {
  numberOf,
  packLogPiece,
  type DataFrame,
  type PlacedOrder,
  type Problem,
} from '../wire/index.ts'

let venue: ApiVenue
let market: Market
/** lines of the server's log */
const lines: string[] = []
beforeAll(async () => {
  venue = await ApiVenue.start({ log: pino({}, { write: (line) => void lines.push(line) }) })
  market = await openMarket(venue)
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const textOf = (stream: ReadableStream<Uint8Array>) => new Response(stream).text()
const rawOf = async (stream: ReadableStream<Uint8Array>) =>
  new Uint8Array(await new Response(stream).arrayBuffer())

describe('from order to bill', () => {
  let placed: PlacedOrder
  let workload: string
  let lease: string
  const input = bytesOf('some input')
  const logs: string[] = []
  let buyerStream: Stream

  test('an order with a workload: its specification and inputs reach only its node', async () => {
    const { buyer, node } = market
    const stored = await buyer.client.putObject({ body: input })
    expect(stored).toEqual({ digest: sha256(input), size_bytes: 10 })
    expect(await textOf(await buyer.client.getObject({ params: stored }))).toBe('some input')
    placed = await buyer.client.placeOrder({
      body: {
        symbol: SYMBOL,
        side: 'buy',
        units: 1,
        price: '0.10',
        time_in_force: 'FOK',
        workload: {
          spec: {
            command: ['sh', '-c', 'echo hi'],
            environment: [{ name: 'A', value: '算' }],
            inputs: [{ path: '/in', digest: stored.digest, size_bytes: 10 }],
            output_path: '/out',
          },
        },
      },
    })
    workload = placed.workload_ids[0] ?? ''
    const kept = buyer.client.removeObject({ params: { digest: stored.digest } })
    await expect(kept, 'OBJ-008').rejects.toMatchObject({ code: 'OBJECT_IN_USE' })
    lease = placed.fills[0]?.lease_id ?? ''
    const params = { workload_id: workload }
    const spec = decode(workloadSpec, await rawOf(await node.daemon.getWorkloadSpec({ params })))
    expect(spec).toMatchObject({ command: ['sh', '-c', 'echo hi'], outputPath: '/out' })
    const wanted = { ...params, digest: stored.digest }
    expect(await textOf(await node.daemon.getWorkloadInput({ params: wanted }))).toBe('some input')
    const other = { ...params, digest: '00'.repeat(32) }
    await expect(node.daemon.getWorkloadInput({ params: other })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const neighbour = await addNode(venue, market.seller, market.goods)
    await expect(neighbour.daemon.getWorkloadSpec({ params })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('the assignment is funded by a statement that the exchange signed', async () => {
    const { node } = market
    const { data } = await node.daemon.listAssignments({ params: { node_id: node.id } })
    const [one] = data
    expect(one).toMatchObject({ lease: { id: lease }, workloads: [{ id: workload }] })
    const { funded } = one!
    const status = await node.daemon.getStatus()
    const statement = encode(fundedStatement, {
      venue: funded.venue,
      node: funded.node,
      lease: funded.lease,
      fundedSeconds: funded.funded_seconds,
      seq: funded.seq,
    })
    const x = Buffer.from(status.exchange_public_key, 'hex').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    expect(verify(null, statement, key, Buffer.from(funded.signature, 'hex'))).toBe(true)
    expect(numberOf('lease', lease)).toBe(funded.lease)
    const params = { lease_id: lease }
    await node.daemon.reportProgress({ params, body: { bytes_done: 5, bytes_total: 10 } })
    const wrong = { nonce: '00'.repeat(16) }
    await expect(node.daemon.reportReady({ params, body: wrong })).rejects.toMatchObject({
      code: 'NONCE_WRONG',
    })
    await node.daemon.reportReady({ params, body: { nonce: one!.nonce } })
    expect((await market.buyer.client.getLease({ params })).status).toBe('delivering')
  })

  test('API-009 a fault inside: an incident number that the log has, then the true answer', async () => {
    const params = { workload_id: workload }
    const folder = join(venue.folder, 'api')
    mkdirSync(join(folder, 'logs'), { recursive: true })
    renameSync(join(folder, 'logs'), join(folder, 'away'))
    writeFileSync(join(folder, 'logs'), 'a file where a folder was')
    const failed = await fetch(`${venue.url}/v1/workloads/${workload}/logs`, {
      headers: { authorization: `Bearer ${market.buyer.token}` },
    })
    const problem = (await failed.json()) as Problem
    expect(failed.status).toBe(500)
    expect(problem).toMatchObject({ code: 'INTERNAL', facts: { id: problem.request_id } })
    const line = lines.find((one) => one.includes(problem.request_id))
    expect(line).toContain('ENOTDIR')
    expect(JSON.stringify(problem)).not.toContain('ENOTDIR')
    rmSync(join(folder, 'logs'))
    renameSync(join(folder, 'away'), join(folder, 'logs'))
    expect(await textOf(await market.buyer.client.getWorkloadLog({ params }))).toBe('')
  })

  test('the log comes live, is kept, and is read while it runs', async () => {
    const { node, buyer } = market
    const params = { workload_id: workload }
    for (const status of ['provisioning', 'running'] as const) {
      await node.daemon.reportWorkload({ params, body: { status } })
    }
    const kept: { offset: number; full: boolean }[] = []
    const daemonStream = node.daemon.openStream({ onLogKept: (one) => kept.push(one) })
    const say = (offset: number, text: string) =>
      daemonStream.sendLog({
        ...params,
        stream: 'stdout',
        offset,
        data: base64urlEncode(bytesOf(text)),
      })
    await until(() => say(0, ''))
    await until(() => kept.length === 1)
    expect(kept[0]).toMatchObject({ offset: 0, full: false })
    say(0, 'one\n')
    say(100, 'lost')
    await until(() => kept.length === 2)
    expect(kept[1]).toMatchObject({ offset: 4 })
    buyerStream = buyer.client.openStream()
    buyerStream.subscribe('logs', params, (frame: DataFrame<'logs'>) => {
      const text = Buffer.from(frame.data.data, 'base64url').toString()
      logs.push(frame.data.end === true ? 'END' : `${frame.data.offset} ${text}`)
    })
    await until(() => logs.length === 1)
    say(0, 'one\ntwo\n')
    say(8, 'three\n')
    await until(() => logs.length === 3)
    expect(logs).toEqual(['0 one\n', '4 two\n', '8 three\n'])
    expect(await textOf(await buyer.client.getWorkloadLog({ params }))).toBe('one\ntwo\nthree\n')
    const tail = await buyer.client.getWorkloadLog({ params, query: { tail: 1 } })
    expect(await textOf(tail)).toBe('three\n')
    await expect(market.seller.client.getWorkloadLog({ params })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    daemonStream.close()
  })

  test('OBJ-002 the end: log and output are objects of the buyer; who follows gets the rest', async () => {
    const { node, buyer } = market
    const params = { workload_id: workload }
    const log = Buffer.concat([
      packLogPiece({ stream: 'stdout', bytes: bytesOf('one\ntwo\n') }),
      packLogPiece({ stream: 'stderr', bytes: bytesOf('oops\n') }),
      packLogPiece({ stream: 'stdout', bytes: bytesOf('three\nfour\n') }),
    ])
    const put = await node.daemon.putWorkloadLog({ params, body: log })
    const output = bytesOf('a tar, we say')
    const stream = new Blob([output]).stream()
    const wrong = { stream: new Blob([output]).stream(), digest: sha256(bytesOf('x')) }
    await expect(node.daemon.putWorkloadOutput({ params, body: wrong })).rejects.toMatchObject({
      code: 'OBJECT_DIGEST',
    })
    const digest = sha256(output)
    const missing = {
      status: 'done',
      exit_code: 0,
      end: 'EXITED',
      log_digest: 'ab'.repeat(32),
    } as const
    await expect(node.daemon.reportWorkload({ params, body: missing })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const out = await node.daemon.putWorkloadOutput({ params, body: { stream, digest } })
    // What comes in pieces is the workload's too.
    const more = bytesOf('more')
    const named = { digest: sha256(more), size_bytes: more.length, kind: 'output' as const }
    const { upload_id } = await node.daemon.beginUpload({ body: { ...params, ...named } })
    await node.daemon.putUpload({ params: { upload_id }, query: { offset: 0 }, body: more })
    const objects_out = log.length + 2 * output.length + more.length
    const moved = { ...params, objects_in: 10, objects_out, tunnels_in: 0, tunnels_out: 0 }
    expect(await buyer.client.getWorkloadBytes({ params })).toEqual(moved)
    await expect(market.seller.client.getWorkloadBytes({ params })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await node.daemon.reportWorkload({
      params,
      body: {
        status: 'done',
        exit_code: 0,
        end: 'EXITED',
        log_digest: put.digest,
        output_digest: out.digest,
      },
    })
    await until(() => logs.at(-1) === 'END')
    expect(logs.slice(3)).toEqual(['0 oops\n', '14 four\n', 'END'])
    buyerStream.close()
    expect(await buyer.client.getWorkload({ params })).toMatchObject({
      status: 'done',
      exit_code: 0,
      end: 'EXITED',
    })
    const read = async (query: object) =>
      textOf(await buyer.client.getWorkloadLog({ params, query }))
    expect(await read({ stream: 'stderr' })).toBe('oops\n')
    expect(await read({ tail: 2, stream: 'stdout' })).toBe('three\nfour\n')
    expect(await textOf(await buyer.client.getWorkloadOutput({ params }))).toBe('a tar, we say')
    const late: string[] = []
    const again = buyer.client.openStream()
    again.subscribe('logs', params, ({ data }) => {
      late.push(data.end === true ? 'END' : Buffer.from(data.data, 'base64url').toString())
    })
    await until(() => late.at(-1) === 'END')
    expect(late.join('')).toBe('one\ntwo\noops\nthree\nfour\nEND')
    again.close()
  })

  test('signed meters are billed, and the bill is on both sides', async () => {
    const { node, buyer, seller } = market
    const params = { allocation_id: placed.allocation_ids[0] ?? '' }
    // Two seconds must have passed since ready for two seconds to be metered.
    const readyAt = (await buyer.client.getLease({ params: { lease_id: lease } })).ready_at ?? ''
    await until(() => Date.now() - Date.parse(readyAt) > 2_100)
    const second = await buyer.client.startWorkload({
      params,
      body: { spec: { command: ['sleep'] } },
    })
    const running = { workload_id: second.workload.id }
    await buyer.client.stopWorkload({ params: running, query: { grace_seconds: 3 } })
    const stopping = await buyer.client.getWorkload({ params: running })
    expect(stopping).toMatchObject({ status: 'queued', stop_requested: 3 })
    await buyer.client.setDuration({ params, body: { duration_seconds: 600 } })
    expect((await buyer.client.getAllocation({ params })).duration_seconds).toBe(600)
    await buyer.client.closeAllocation({ params })

    const number = numberOf('lease', lease) ?? 0
    const totals = { coveredSeconds: 2, cpuUs: 1_500_000, memoryPeakMib: 12 }
    const statement = {
      venue: 'test',
      node: node.number,
      period: 1,
      previous: '00'.repeat(32),
      readings: [{ lease: number, ...totals }],
    }
    const report = (signature: string) => ({
      node_id: node.id,
      period: 1,
      previous: statement.previous,
      readings: [
        {
          lease_id: lease,
          covered_seconds: totals.coveredSeconds,
          cpu_us: totals.cpuUs,
          memory_peak_mib: totals.memoryPeakMib,
          final: true,
        },
      ],
      signature,
    })
    await expect(node.daemon.reportMeters({ body: report('00'.repeat(64)) })).rejects.toMatchObject(
      { code: 'SIGNATURE_INVALID' },
    )
    const signature = node.sign(encode(meterStatement, statement))
    const { seq } = await node.daemon.reportMeters({ body: report(signature) })
    const query = { min_seq: seq }
    const usage = await buyer.client.listUsage({ query })
    // floor(0.10 x 2 / 3600) = 55 micro; fee ceil(55 x 500 ppm) = 1
    expect(usage.data).toMatchObject([
      { lease_id: lease, accepted_seconds: 2, billed: '0.000055', cost: '0.000056' },
    ])
    expect(usage.data[0]).toMatchObject({ cpu_seconds: '1.5', memory_peak_mib: 12 })
    const earned = await seller.client.listEarnings({ query: { ...query, node_id: node.id } })
    expect(earned.data).toMatchObject([{ billed: '0.000055', earned: '0.000054' }])
    const all = await buyer.client.listAllocations({ query: { open: false } })
    expect(all.data[0]).toMatchObject({ status: 'closed', cost: '0.000056' })
  })
})

describe('the seller', () => {
  test('sees and changes its node, its offer, its evaluation; takes an allocation back', async () => {
    const { seller, buyer, node, goods } = market
    const params = { node_id: node.id }
    expect((await seller.client.listSites({})).data.length).toBeGreaterThan(0)
    expect((await seller.client.listNodes()).data[0]).toMatchObject({
      id: node.id,
      connected: true,
      attested: { cores: 4 },
    })
    const { bytes } = signedReport(node, { ...measured(), venue: 'test', node: node.number })
    const evaluated = await node.daemon.reportEvaluation({ body: bytes })
    expect(evaluated).toMatchObject({ node_id: node.id, rated: true })
    expect((await venue.client().getEvaluation({ params })).suite).toBe('suan-2')
    const placed = await buyer.client.placeOrder({
      body: { symbol: SYMBOL, side: 'buy', units: 1, price: '0.10', time_in_force: 'IOC' },
    })
    await seller.client.reclaimAllocation({
      params: { allocation_id: placed.allocation_ids[0] ?? '' },
      body: { reason: 'maintenance' },
    })
    const committed = await seller.client.commitCapacity({
      body: {
        node_id: node.id,
        resources: { cores: 1, memory_mib: 64, disk_mib: 0, cards: 0 },
        from_at: String(Math.floor(Date.now() / 1_000) + 86_400),
        until_at: String(Math.floor(Date.now() / 1_000) + 90_000),
        reason: 'own use',
      },
    })
    await seller.client.releaseCommitment({
      params: { commitment_id: committed.commitment_id },
    })
    const sku = { ...params, sku_id: goods.product }
    await seller.client.withdrawOffer({ params: sku })
    expect((await seller.client.getBook({ params: { symbol: SYMBOL } })).asks).toEqual([])
    await seller.client.setOffer({ params: sku, body: { price: '0.12', max_units: 2 } })
    expect((await seller.client.getBook({ params: { symbol: SYMBOL } })).asks[0]?.[0]).toBe('0.12')
  })

  test('a file that is too large is refused before it is sent', async () => {
    const { token } = market.buyer
    const status = await new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(venue.url)
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'content-length': 64 * 1024 * 1024 + 1,
      }
      const request = httpRequest(
        { hostname, port, path: '/v1/objects', method: 'PUT', headers },
        (response) => {
          resolve(response.statusCode ?? 0)
          request.destroy()
        },
      )
      request.on('error', reject)
      request.flushHeaders()
    })
    expect(status).toBe(413)
  })

  test('a daemon that goes away is told to the core after a while; one that is back, at once', async () => {
    const params = { node_id: market.node.id }
    const isConnected = async () => (await market.seller.client.getNode({ params })).connected
    expect(await isConnected()).toBe(true)
    market.stream.close()
    await until(async () => !(await isConnected()))
    const stream = market.node.daemon.openStream()
    stream.subscribe('assignments', params, () => {})
    await until(isConnected)
    stream.close()
  })
})
