/** An event log of any length: what the exchange did with a flow of CXB-1, again and again under new ids. */
import { encode } from '../../src/kernel/index.ts'
import { openFileEventLog } from '../../src/journal/index.ts'
import {
  CHART,
  eventRecord,
  packRecords,
  type Event,
  type EventRecord,
} from '../../src/messages/index.ts'
import { START_US } from '../../test/scenarios/venue.ts'
import { generate } from '../cxb1/generate.ts'
import { envelopesOf, spotFlow } from '../spot/flow.ts'
import { openMarket } from '../spot/market.ts'

const PREFILL = 1_000
const COMMANDS = 50_000
const SEED = 42
/** microseconds between two commands: 1,000 a second */
const STEP_US = 1_000
/** ids of two rounds of the flow do not meet */
const SHIFT = 1_000_000
const APPEND = 1_000
const OF_LEASE: ReadonlySet<number> = new Set([CHART.LEASE_ESCROW, CHART.FEE_ESCROW])
const IDS = ['order', 'trade', 'lease', 'allocation', 'buyOrder', 'sellOrder', 'subject'] as const

export interface Burst {
  readonly directory: string
  readonly records: number
  readonly events: number
}

/** Writes at least so many events of 1,000 members who place, cancel and trade; a lease for each trade. */
export async function writeBurst(directory: string, eventsMin: number): Promise<Burst> {
  const flow = executed()
  const log = await openFileEventLog({ directory })
  let seq = 0
  let events = 0
  let waiting: Uint8Array[] = []
  const flush = async (): Promise<void> => {
    log.append(seq + 1 - waiting.length, packRecords(waiting))
    waiting = []
    await log.flush()
  }
  for (let round = 0; events < eventsMin; round++) {
    for (const record of flow) {
      if (events >= eventsMin) break
      seq++
      events += record.outcome.events.length
      waiting.push(encode(eventRecord, shifted(record, seq, round)))
      if (waiting.length === APPEND) await flush()
    }
  }
  await flush()
  await log.close()
  return { directory, records: seq, events }
}

function executed(): EventRecord[] {
  const workload = { symbols: 1, prefill: PREFILL, commands: COMMANDS, seed: SEED, mix: 'std' }
  const { words } = generate({ ...workload, mix: 'std' })
  const market = openMarket(1, 'lease')
  let { lastSeq: seq } = market.exchange
  return envelopesOf(spotFlow(words, market)).map(({ account, key, id, command }) => {
    seq++
    const timeUs = START_US + seq * STEP_US
    const entry = { seq, timeUs, envelope: { account, key, id, command } }
    const outcome = market.exchange.execute(entry)
    return { seq, timeUs, account, key, command: id, commandKind: command.kind, outcome }
  })
}

function shifted(record: EventRecord, seq: number, round: number): EventRecord {
  const by = round * SHIFT
  const events = record.outcome.events.map((event) => shiftedEvent(event, by))
  return {
    ...record,
    seq,
    timeUs: START_US + seq * STEP_US,
    outcome: { refusal: record.outcome.refusal, events },
  }
}

function shiftedEvent(event: Event, by: number): Event {
  const changed = { ...event } as Record<string, unknown>
  for (const name of IDS) {
    const id = changed[name]
    if (typeof id === 'number') changed[name] = id + by
  }
  if (event.kind === 'EntryPosted') {
    changed['postings'] = event.postings.map((posting) =>
      OF_LEASE.has(posting.code) ? { ...posting, owner: posting.owner + by } : posting,
    )
  }
  return changed as unknown as Event
}
