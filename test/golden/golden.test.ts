// Journals that were recorded once reach the recorded results for ever. `npm run golden:accept` writes
// those of the present release anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { Exchange } from '../../src/exchange/index.ts'
import { decode, encode, fromHex, sha256Hex, toHex } from '../../src/kernel/index.ts'
import { command as commandCodec, outcome as outcomeCodec } from '../../src/messages/index.ts'
import { disputeFlow } from './dispute-flow.ts'
import { FOLDER, goldenFiles, parse, record, type GoldenRecord } from './journal.ts'
import { marketFlow } from './market-flow.ts'
import { officeFlow } from './office-flow.ts'
import { proofsFlow } from './proofs-flow.ts'
import { slaFlow } from './sla-flow.ts'

const FLOWS = {
  market: marketFlow,
  office: officeFlow,
  proofs: proofsFlow,
  sla: slaFlow,
  dispute: disputeFlow,
}
const root = join(FOLDER, '../..')

beforeAll(() => {
  if (process.env['SUAN_GOLDEN'] !== 'accept') return
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  for (const [name, flow] of Object.entries(FLOWS)) {
    writeFileSync(join(FOLDER, `${version}-${name}.jsonl`), record(flow))
  }
})

/** Executes a record as replay does; `difference` is null when it is what was recorded. */
function replay(exchange: Exchange, golden: GoldenRecord) {
  const { seq, timeUs, account, key, id } = golden
  const command = decode(commandCodec, fromHex(golden.command))
  const { refusal, events } = exchange.execute({
    seq,
    timeUs,
    envelope: { account, key, id, command },
  })
  const isSame = sha256Hex(encode(outcomeCodec, { refusal, events })) === golden.result
  const isCanonical = toHex(encode(commandCodec, command)) === golden.command
  const now = refusal?.code ?? events.map(({ kind }) => kind).join(' ')
  const difference = !isCanonical ? 'other bytes' : isSame ? null : `now ${now}`
  return { kind: command.kind, isDone: refusal === null, difference }
}

test('golden journals replay to the recorded results and states', () => {
  const differences: string[] = []
  const kinds = new Set<string>()
  const done = new Set<string>()
  for (const [name, text] of goldenFiles()) {
    const { records, end } = parse(text)
    const exchange = new Exchange()
    for (const golden of records) {
      const { kind, isDone, difference } = replay(exchange, golden)
      if (difference !== null) differences.push(`${name} ${golden.seq} ${kind}: ${difference}`)
      kinds.add(kind)
      if (isDone) done.add(kind)
    }
    if (exchange.stateHash() !== end.stateHash) differences.push(`${name}: another state`)
    console.log(`${name}: ${records.length} records, ${kinds.size} kinds of command so far`)
    expect(records.length).toBe(end.records)
  }
  expect(differences.slice(0, 20)).toEqual([])
  const all = Object.keys(commandCodec.cases)
  expect(all.filter((kind) => !kinds.has(kind))).toEqual([])
  // These are never done by themselves: Approve carries them out.
  const byTwo = ['ActivateRules', 'PostCorrection', 'ResolveDispute']
  expect(all.filter((kind) => !done.has(kind))).toEqual(byTwo)
})
