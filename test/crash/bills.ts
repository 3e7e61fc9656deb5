/** Every lease as the event log tells it, and whether its seconds were billed once. */
import { join } from 'node:path'
import type { ExportedRecord } from '../../src/engine/index.ts'
import { openFileEventLog } from '../../src/journal/index.ts'
import { due, parseDecimal } from '../../src/kernel/index.ts'
import { CHART, type Event, type EventOf, type EventRecord } from '../../src/messages/index.ts'
import type { Balance } from '../../src/wire/index.ts'

const PPM = 1_000_000n
/** Seconds by which a reading may be ahead of the exchange's clock (rule DLV-008). */
const AHEAD_SECONDS = 10
/** Seconds billed to a buyer who gives back before the start (rule DLV-014). */
const MINIMUM_SECONDS = 60

interface Bill {
  readonly opened: EventOf<'LeaseOpened'>
  ready: EventOf<'LeaseReady'> | null
  readonly closed: EventOf<'LeaseClosed'>[]
  readonly settled: EventOf<'LeaseSettled'>[]
  readonly readings: (EventOf<'MeterRead'> & { readonly timeUs: number })[]
  /** sums of the postings about this lease by account of the chart, debit positive */
  readonly posted: Map<number, bigint>
}

/** All event records of a data folder, also beside a running server. */
export async function readEvents(directory: string): Promise<EventRecord[]> {
  const events = await openFileEventLog({ directory: join(directory, 'events'), readOnly: true })
  try {
    const found: EventRecord[] = []
    for await (const record of events.read(1)) found.push(record)
    return found
  } finally {
    await events.close()
  }
}

/** What is wrong with the bills. Empty when every second of every lease was billed once. */
export function billFaults(records: readonly EventRecord[]): string[] {
  const bills = collect(records)
  const leases = [...bills].flatMap(([lease, bill]) =>
    faultsOf(bill).map((fault) => `lease ${lease} (${bill.closed[0]?.end ?? 'open'}): ${fault}`),
  )
  return [...leases, ...periodFaults(records)]
}

/** Closed leases whose final bill is still to come. */
export function unsettled(records: readonly EventRecord[]): number[] {
  const open = [...collect(records)].filter(
    ([, { closed, settled }]) => closed.length > 0 && settled.length === 0,
  )
  return open.map(([lease]) => lease)
}

/** Why leases closed, and how often. */
export function endsOf(records: readonly EventRecord[]): Map<string, number> {
  const ends = new Map<string, number>()
  for (const { closed } of collect(records).values()) {
    for (const { end } of closed) ends.set(end, (ends.get(end) ?? 0) + 1)
  }
  return ends
}

function collect(records: readonly EventRecord[]): Map<number, Bill> {
  const bills = new Map<number, Bill>()
  for (const { outcome } of records) {
    for (const event of outcome.events) {
      if (event.kind !== 'LeaseOpened') continue
      const nothing = { closed: [], settled: [], readings: [] }
      bills.set(event.lease, { opened: event, ready: null, ...nothing, posted: new Map() })
    }
  }
  for (const { outcome, timeUs } of records) {
    for (const event of outcome.events) {
      if (event.kind === 'EntryPosted') post(bills, event)
      else note(bills, event, timeUs)
    }
  }
  return bills
}

function note(bills: ReadonlyMap<number, Bill>, event: Event, timeUs: number): void {
  if (!('lease' in event) || typeof event.lease !== 'number') return
  const bill = bills.get(event.lease)
  if (bill === undefined) return
  if (event.kind === 'LeaseReady') bill.ready = event
  if (event.kind === 'LeaseClosed') bill.closed.push(event)
  if (event.kind === 'LeaseSettled') bill.settled.push(event)
  if (event.kind === 'MeterRead') bill.readings.push({ ...event, timeUs })
}

function post(bills: ReadonlyMap<number, Bill>, entry: EventOf<'EntryPosted'>): void {
  if (!entry.rule.startsWith('DLV-') || entry.rule === 'DLV-015') return
  const bill = bills.get(entry.subject)
  for (const { code, amountMicro } of entry.postings) {
    bill?.posted.set(code, (bill.posted.get(code) ?? 0n) + amountMicro)
  }
}

function faultsOf(bill: Bill): string[] {
  const faults = readingFaults(bill)
  const { opened, closed, settled, ready, readings } = bill
  if (closed.length > 1) faults.push('closed more than once')
  if (settled.length > 1) faults.push('settled more than once')
  const [close] = closed
  const [settle] = settled
  if (settle === undefined) return faults
  if (close === undefined) return [...faults, 'settled before it was closed']
  const { acceptedSeconds, billedMicro, buyerFeeMicro, sellerFeeMicro } = settle
  const covered = readings.at(-1)?.coveredSeconds ?? 0
  const most = ready === null ? MINIMUM_SECONDS : Math.min(covered, close.clockSeconds)
  if (acceptedSeconds > most) {
    faults.push(`accepted ${acceptedSeconds} s of ${covered} covered, ${close.clockSeconds} clock`)
  }
  const owed = due({ ...opened, seconds: acceptedSeconds })
  if (billedMicro !== owed) faults.push(`billed ${billedMicro}, due ${owed}`)
  const fee = ceilPpm(billedMicro, opened.buyerFeePpm)
  if (buyerFeeMicro !== fee) faults.push(`buyer's fee ${buyerFeeMicro}, due ${fee}`)
  const commission = ceilPpm(billedMicro, opened.sellerFeePpm)
  if (sellerFeeMicro !== commission) faults.push(`commission ${sellerFeeMicro}, due ${commission}`)
  return [...faults, ...postingFaults(bill, settle)]
}

/** The ledger lines of a settled lease are its bill and nothing else. */
function postingFaults({ posted }: Bill, settle: EventOf<'LeaseSettled'>): string[] {
  const { billedMicro, buyerFeeMicro, sellerFeeMicro } = settle
  const expected = [
    [CHART.LEASE_ESCROW, 0n],
    [CHART.FEE_ESCROW, 0n],
    [CHART.EARNED, sellerFeeMicro - billedMicro],
    [CHART.COMMISSION, -sellerFeeMicro],
    [CHART.FEES, -buyerFeeMicro],
  ] as const
  return expected
    .filter(([code, amount]) => (posted.get(code) ?? 0n) !== amount)
    .map(([code, amount]) => `account ${code} got ${posted.get(code) ?? 0n} instead of ${amount}`)
}

/** Readings never fall, never run ahead of the clock, and none follows the final one. */
function readingFaults({ ready, readings }: Bill): string[] {
  const faults: string[] = []
  for (const [index, reading] of readings.entries()) {
    const before = readings[index - 1]
    const { coveredSeconds, cpuUs, timeUs } = reading
    if (before !== undefined && before.final) faults.push('a reading after the final one')
    if (before !== undefined && coveredSeconds < before.coveredSeconds) faults.push('seconds fell')
    if (before !== undefined && cpuUs < before.cpuUs) faults.push('processor time fell')
    const clock = ready === null ? 0 : Math.floor((timeUs - ready.readyAtUs) / 1_000_000)
    if (coveredSeconds > clock + AHEAD_SECONDS) faults.push(`${coveredSeconds} s in ${clock} s`)
  }
  return faults
}

/** The reports of a node are numbered without a gap, and none was taken twice. */
function periodFaults(records: readonly EventRecord[]): string[] {
  const last = new Map<number, number>()
  const faults: string[] = []
  for (const { outcome, seq } of records) {
    const reports = new Map<number, number>()
    for (const event of outcome.events) {
      if (event.kind === 'MeterRead') reports.set(event.node, event.period)
    }
    for (const [node, period] of reports) {
      const before = last.get(node) ?? 0
      if (period <= before) faults.push(`node ${node}: report ${period} after ${before} (${seq})`)
      last.set(node, period)
    }
  }
  return faults
}

/** Every deposit is somewhere: in an account, in escrow, or earned by the operator. */
export function moneyFaults(
  records: readonly EventRecord[],
  exported: readonly ExportedRecord[],
  balances: readonly Balance[],
): string[] {
  const taken = new Set(
    records.filter(({ outcome }) => outcome.refusal === null).map(({ seq }) => seq),
  )
  let deposits = 0n
  for (const { seq, command } of exported) {
    const { kind, amountMicro } = command as { kind: string; amountMicro?: string }
    if (kind === 'Deposit' && taken.has(seq)) deposits += BigInt(amountMicro ?? 0)
  }
  let found = 0n
  for (const { outcome } of records) {
    for (const event of outcome.events) {
      if (event.kind !== 'EntryPosted') continue
      for (const { code, amountMicro } of event.postings) {
        if (code === CHART.FEES || code === CHART.COMMISSION) found -= amountMicro
      }
    }
  }
  for (const { available, held, escrowed, earned, withdrawing } of balances) {
    for (const part of [available, held, escrowed, earned, withdrawing]) {
      found += parseDecimal(part, 6)
    }
  }
  return deposits === found ? [] : [`${deposits} were deposited, ${found} are there`]
}

function ceilPpm(amountMicro: bigint, ppm: number): bigint {
  return (amountMicro * BigInt(ppm) + PPM - 1n) / PPM
}
