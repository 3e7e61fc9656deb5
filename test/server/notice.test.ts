// A seller takes a machine back: the program inside reads of it, saves its work and ends by itself.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../tools/running.ts'
import { END_MS, READY_MS, Sandbox } from '../tools/sandbox.ts'

const NOTICE_SECONDS = 600

/** Works until it is told, prints what it reads, saves what it has, and ends. */
const PROGRAM = `echo up; n=0
until [ -e "$SUAN_NOTICE" ]; do n=$((n+1)); sleep 0.1; done
cat "$SUAN_NOTICE"; mkdir result; echo "checkpoint" > result/state; exit 3`
/** Goes on once nothing is told any more. */
const PATIENT = `echo up; until [ -e "$SUAN_NOTICE" ]; do sleep 0.1; done; cat "$SUAN_NOTICE"
while [ -e "$SUAN_NOTICE" ]; do sleep 0.1; done; echo going on; sleep 600`

interface Told {
  readonly kind: string
  readonly reason: string
}
interface Instrument {
  readonly symbol: string
  readonly product: { readonly id: string }
  readonly hub: { readonly id: string }
}
interface Lease {
  readonly id: string
  readonly allocation_id: string
  readonly ready_at: string
  readonly closed_at: string
  readonly end: string
  readonly price: string
  readonly units: number
  readonly settlement: string
  readonly accepted_seconds: number
  readonly billed: string
  readonly notice: Told | null
}

describe('a machine of the sandbox that is let with notice', () => {
  let sandbox: Sandbox
  const admin = async (method: string, path: string, body: object): Promise<void> => {
    const token = sandbox.token('operator')
    expect(await sandbox.call<object>(path, { method, token, body })).not.toHaveProperty('code')
  }
  /** A program of the buyer's that has begun, and the lease that it runs in. */
  async function started(program: string, ...more: string[]): Promise<[Running, Lease]> {
    const limits = ['--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y']
    const run = sandbox.suan(['run', ...limits, ...more, '--', 'sh', '-c', program])
    await run.printed(/^up$/m, READY_MS)
    const allocation = /alloc_\w+/.exec(run.output())?.[0] ?? ''
    const { leases } = await sandbox.asked<{ leases: [Lease] }>(['get', allocation])
    return [run, leases[0]]
  }
  const toldIn = (output: string) => JSON.parse(/\{.*\}/.exec(output)?.[0] ?? '') as Told

  beforeAll(async () => {
    sandbox = await Sandbox.start()
    // The sandbox lets machines that may go at any time: the same good again, with notice.
    const { data } = await sandbox.call<{ data: Instrument[] }>('/v1/instruments')
    for (const { symbol, product, hub } of data) {
      const [, grade] = /\.([A-Z])\./.exec(symbol) ?? []
      const reason = 'with notice now'
      await admin('PUT', `/v1/admin/instruments/${symbol}/status`, { status: 'delisted', reason })
      await admin('POST', '/v1/admin/instruments', {
        symbol: `${symbol}.N`,
        product_id: product.id,
        hub_id: hub.id,
        grade,
        tick_size: '0.001',
        reference_price: '0.05',
        band_ppm: 900_000,
        maker_fee_ppm: 200,
        taker_fee_ppm: 500,
        seller_fee_ppm: 10_000,
        horizon_seconds: 3_600,
        notice_seconds: NOTICE_SECONDS,
        interruptible: false,
      })
    }
  })
  afterAll(() => sandbox.stop())

  test('DLV-023 DLV-034 the seller takes it back: told inside, work saved, paid until its end', async () => {
    const [run, { id, allocation_id: allocation }] = await started(PROGRAM, '--out', 'result')
    expect(await sandbox.said(0, ['ps'])).not.toMatch(/taken back/)
    // 1. The seller sees the lease and takes it back; it is told until when it is paid.
    const provider = sandbox.token('provider')
    expect(await sandbox.said(0, ['provider', 'leases'], provider)).toContain(id)
    const words = await sandbox.said(0, ['provider', 'reclaim', allocation], provider)
    expect(words).toMatch(/delivered and paid until/)
    // 2. The program reads it, saves and ends within the notice.
    expect(await run.ended(END_MS), run.output()).toBe(3)
    expect(toldIn(run.output())).toMatchObject({ kind: 'reclaim', reason: 'RECLAIMED' })
    expect(readFileSync(join(sandbox.folder, 'result', 'state'), 'utf8')).toBe('checkpoint\n')
    // 3. The bill is of the seconds until its end, not of the notice.
    const lease = await sandbox.asked<Lease>(['get', id])
    expect(lease).toMatchObject({ end: 'WORKLOAD_DONE', settlement: 'settled', notice: null })
    const clock = Math.floor((Date.parse(lease.closed_at) - Date.parse(lease.ready_at)) / 1_000)
    expect(lease.accepted_seconds).toBeLessThanOrEqual(clock)
    expect(lease.accepted_seconds).toBeGreaterThanOrEqual(clock - 2)
    expect(lease.accepted_seconds).toBeLessThan(NOTICE_SECONDS)
    const due = (microOf(lease.price) * BigInt(lease.units * lease.accepted_seconds)) / 3_600n
    expect(microOf(lease.billed)).toBe(due)
  })

  test('DLV-034 a program is told before what was bought is over, and no more once that is put off', async () => {
    const [run, { allocation_id: allocation }] = await started(PATIENT)
    // 1. Bought for so long that its last quarter is now.
    const bought = (seconds: number) => ['allocation', 'duration', allocation, `${seconds}s`]
    await sandbox.said(0, bought(60))
    await run.printed(/"kind":"end"/, END_MS)
    expect(toldIn(run.output()).reason).toBe('DURATION_REACHED')
    const lists = [['ps'], ['allocation', 'list']].map((args) => sandbox.said(0, args))
    const [programs, allocations] = await Promise.all(lists)
    expect(programs).toMatch(/running \(ends in \d+ s\)/)
    expect(allocations).toMatch(/delivering \(ends in \d+ s\)/)
    // 2. Longer after all.
    await sandbox.said(0, bought(3_000))
    await run.printed(/going on/, END_MS)
    expect(await sandbox.said(0, ['ps'])).not.toMatch(/ends in/)
    await sandbox.said(0, ['allocation', 'close', allocation])
    await run.ended(END_MS)
  })
})

/** Decimal text in millionths. */
function microOf(text: string): bigint {
  const [whole = '0', part = ''] = text.split('.')
  return BigInt(`${whole}${part.padEnd(6, '0')}`)
}
