/** Where the time of a run goes, by part of the exchange: a sampling profile read by source file. */
import { existsSync, readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
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
  const maps = new SourceMaps()
  const hits = new Map<string, number>()
  let all = 0
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    if (callFrame.functionName === '(idle)' || callFrame.functionName === '(program)') continue
    const isCollector = callFrame.functionName === '(garbage collector)'
    const part = isCollector ? 'garbage collection' : partAt(maps, callFrame)
    hits.set(part, (hits.get(part) ?? 0) + hitCount)
    all += hitCount
  }
  return [...hits]
    .map(([part, count]): [string, number] => [part, count / all])
    .toSorted((a, b) => b[1] - a[1])
}

type Frame = Readonly<Record<'lineNumber' | 'columnNumber', number>> & { readonly url: string }

function partAt(maps: SourceMaps, frame: Frame): string {
  const source = maps.sourceOf(frame)
  return PARTS.find(([pattern]) => pattern.test(source))?.[1] ?? 'other'
}

/** Says which file of the source a place of the built benchmark comes from. */
class SourceMaps {
  readonly #maps = new Map<string, SourceMap | null>()

  sourceOf({ url, lineNumber, columnNumber }: Frame): string {
    let map = this.#maps.get(url)
    if (map === undefined) {
      const path = url.startsWith('file:') ? `${fileURLToPath(url)}.map` : ''
      map = existsSync(path) ? new SourceMap(payloadOf(path)) : null
      this.#maps.set(url, map)
    }
    const entry = map?.findEntry(lineNumber, columnNumber)
    return entry !== undefined && 'originalSource' in entry ? entry.originalSource : ''
  }
}

function payloadOf(path: string): SourceMapPayload {
  return JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload
}
