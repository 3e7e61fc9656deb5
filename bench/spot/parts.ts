/** Where the time of a run goes, by part of the exchange: a sampling profile read by source file. */
import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'

/** First pattern that a source file matches names its part. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/kernel\/(codec|reader|hex|utf8)|exchange\/raw/, 'decoding the record'],
  [/exchange\/(idempotency|command-ids|body-hash)|kernel\/checksum/, 'command ids'],
  [/exchange\/members/, 'key, scope, role, owner group'],
  [/ledger\/(budget|spending)/, 'budgets'],
  [/exchange\/ledger|trading\/(hold|money)|kernel\/accrual/, 'holds, fees, ledger'],
  [/exchange\/capacity|trading\/node-checks|catalog\/node/, 'capacity'],
  [/kernel\/(put|writer)|\/tell/, 'events'],
  [/trading\/(price-band|field-checks|market-checks|order-checks|plan)/, 'fields, band, market'],
  [
    /trading\/(book|order-book|order-pool|order-ids|records|sweep|probe)/,
    'book, matching, self-trade',
  ],
  [/exchange\/delivery|exchange\/timers/, 'leases'],
  [/exchange\/(trading|table|column)/, 'rows of orders and trades'],
  [/exchange/, 'check table and the rest of the exchange'],
]
const SAMPLE_US = 200

/** Share of the processor time of `work` by part, largest first; they sum to 1. */
export async function partsOf(work: () => void): Promise<[string, number][]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
  await session.post('Profiler.start')
  work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const sources = sourceLines()
  const hits = new Map<string, number>()
  let all = 0
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    if (callFrame.functionName === '(idle)' || callFrame.functionName === '(program)') continue
    const isCollector = callFrame.functionName === '(garbage collector)'
    const part = isCollector ? 'garbage collection' : partAt(sources, callFrame)
    hits.set(part, (hits.get(part) ?? 0) + hitCount)
    all += hitCount
  }
  return [...hits]
    .map(([part, count]): [string, number] => [part, count / all])
    .toSorted((a, b) => b[1] - a[1])
}

function partAt(
  sources: readonly string[],
  frame: { readonly url: string; readonly lineNumber: number },
): string {
  const source = frame.url === import.meta.url ? (sources[frame.lineNumber] ?? '') : ''
  return PARTS.find(([pattern]) => pattern.test(source))?.[1] ?? 'other'
}

/** The source file of each line of the built benchmark: the bundler writes its name before its code. */
function sourceLines(): string[] {
  const lines = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n')
  let source = ''
  return lines.map((line) => {
    const name = /^\/\/ ((?:src|bench|test)\/\S+\.ts)$/.exec(line)?.[1]
    if (name !== undefined) source = name
    return source
  })
}
