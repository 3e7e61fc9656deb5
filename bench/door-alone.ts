/**
 * The door over an engine that answers at once, with the same two events always: what the door itself
 * costs. Prints its port; any bearer token will do.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApi, type ApiOptions } from '../src/api/index.ts'
import { encode } from '../src/kernel/index.ts'
import {
  command,
  eventRecord,
  visitRecords,
  type BatchReplies,
  type EngineDoor,
  type Event,
  type InstrumentView,
  type KeyView,
  type RecordBatch,
  type RecordBytes,
} from '../src/messages/index.ts'

const ORDER = 1
const INSTRUMENTS = 100
/** where an encoded envelope says which command it is */
const KIND_AT = 24
const PLACE = command.cases.PlaceOrder[0]

const key: KeyView = {
  key: 1,
  account: 1,
  member: 1,
  user: null,
  node: null,
  label: 'bench',
  credential: 'bearer',
  secret: '',
  scopes: ['read', 'trade'],
  expiresAtUs: null,
  revoked: false,
  capMicro: null,
}
const instruments = Array.from({ length: INSTRUMENTS }, (_, n) => {
  return { instrument: n + 1, symbol: `CPU${n}`, horizonSeconds: 3_600 } as InstrumentView
})

const placed = recordOf(
  'PlaceOrder',
  {
    kind: 'OrderPlaced',
    order: ORDER,
    account: 1,
    key: 1,
    offer: false,
    instrument: 1,
    side: 'buy',
    type: 'limit',
    units: 1,
    priceTicks: 50,
    timeInForce: 'GTC',
    expiresAtUs: null,
    postOnly: false,
    allOrNone: false,
    colocate: false,
    minUnits: 0,
    standing: false,
    selfTrade: 'expire_maker',
    horizonSeconds: 3_600,
    durationSeconds: null,
    capMicro: null,
    clientOrderId: null,
    capacity: 'principal',
    onBehalfOf: null,
    node: null,
    workload: null,
    retryTicks: null,
  },
  holdOf(50_000n),
)
const cancelled = recordOf(
  'CancelOrder',
  {
    kind: 'OrderEnded',
    order: ORDER,
    status: 'cancelled',
    end: 'BY_OWNER',
    detail: null,
    remainingUnits: 1,
  },
  holdOf(-50_000n),
)

function holdOf(amountMicro: bigint): Event {
  const line = { code: 1, owner: 1, asset: 'CNY' } as const
  const postings = [
    { ...line, amountMicro },
    { ...line, amountMicro: -amountMicro },
  ]
  return { kind: 'EntryPosted', rule: 'LED-001', subject: ORDER, rules: 1, postings }
}

function recordOf(commandKind: string, ...events: Event[]): RecordBytes {
  const about = { seq: 1, timeUs: 1, account: 1, key: 1, command: '0'.repeat(32), commandKind }
  const bytes = encode(eventRecord, { ...about, outcome: { refusal: null, events } })
  return { bytes, from: 0, until: bytes.length }
}

function repliesTo(batch: RecordBatch): BatchReplies {
  const records: RecordBytes[] = []
  visitRecords(batch, (from) => {
    const { bytes } = batch
    const kind = bytes[from + KIND_AT]! | (bytes[from + KIND_AT + 1]! << 8)
    records.push(kind === PLACE ? placed : cancelled)
  })
  return {
    count: batch.count,
    seqOf: () => 1,
    replyOf: () => {
      throw new Error('not asked for')
    },
    bytesOf: (index) => records[index] ?? null,
  }
}

const answers: Partial<Record<string, unknown>> = {
  keyBySecret: key,
  hubs: [],
  sites: [],
  skus: [],
  instruments,
  nodes: [],
}
const door = {
  submitBatch: (batch, done) => queueMicrotask(() => done(repliesTo(batch))),
  ask: async (name: string) => answers[name],
  peek: (name: string) => answers[name],
  durableSeq: () => 1,
  onDurable: () => () => {},
} as Pick<EngineDoor, 'submitBatch'> as EngineDoor
const options = {
  door,
  readModels: { appliedSeq: () => 1 },
  objects: {},
  dataFolder: mkdtempSync(join(tmpdir(), 'suan-bench-')),
  webRoot: null,
  version: 'bench',
  rates: { orders: { name: 'orders', requests: 1e9, seconds: 10 } },
} as unknown as ApiOptions
const api = await buildApi(options)
const address = await api.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`port ${new URL(address).port}\n`)
