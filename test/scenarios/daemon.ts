/** What the daemon of a scenario's node says, and what the scenario's parties see of it. */
import { encode, sha256Hex } from '../../src/kernel/index.ts'
import { meterStatement, type Event } from '../../src/messages/index.ts'
import { buy, daemon, only, type Venue } from './venue.ts'

interface Reading {
  lease: number
  coveredSeconds: number
  cpuUs: number
  memoryPeakMib: number
  final: boolean
}

/** The daemon's next report in the node's chain. */
export function meter(v: Venue, readings: Partial<Reading>[]): Event[] {
  return v.done(daemon(v), report(v, readings))
}
const heads = new WeakMap<Venue, { period: number; head: string }>()
export function report(v: Venue, partial: Partial<Reading>[]) {
  const { period, head } = heads.get(v) ?? { period: 0, head: '0'.repeat(64) }
  const readings = partial.map((each) => ({
    lease: 1,
    coveredSeconds: 0,
    cpuUs: 0,
    memoryPeakMib: 0,
    final: false,
    ...each,
  }))
  const body = { node: v.node, period: period + 1, previous: head, readings }
  const next = sha256Hex(encode(meterStatement, { venue: 'test', ...body }))
  heads.set(v, { period: period + 1, head: next })
  return { kind: 'ReportMeters', ...body, signature: '00'.repeat(64) } as const
}

/** Buys and opens: the lease delivers from now. */
export function start(
  v: Venue,
  more: Parameters<typeof buy>[1] = {},
): { lease: number; allocation: number } {
  const { lease, allocation, nonce } = only(v.done(v.buyer, buy(v, more)), 'LeaseOpened')
  v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
  return { lease, allocation }
}
export function balance(v: Venue, who: { account: number }) {
  const [cny] = v.exchange.answers.balances({ account: who.account })
  return {
    available: cny?.availableMicro ?? 0n,
    held: cny?.heldMicro ?? 0n,
    escrowed: cny?.escrowedMicro ?? 0n,
  }
}
