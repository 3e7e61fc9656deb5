/**
 * Golden journals: what flows of a release wrote, as lines of JSON that know nothing of frames and
 * files, so that only a change of the rules or of a message's bytes is one of them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode, sha256Hex, toHex } from '../../src/kernel/index.ts'
import { command as commandCodec, outcome as outcomeCodec } from '../../src/messages/index.ts'
import { openVenue, Venue } from '../scenarios/venue.ts'

export const FOLDER = import.meta.dirname

/** A record: its command in canonical bytes, and the hash of the canonical bytes of its outcome. */
export interface GoldenRecord {
  readonly seq: number
  readonly timeUs: number
  readonly account: number
  readonly key: number
  readonly id: string
  readonly command: string
  readonly result: string
}

/** Last line: hash over the whole state in the end. */
export interface GoldenEnd {
  readonly records: number
  readonly stateHash: string
}

/** The lines that a flow writes on a new venue. */
export function record(flow: (v: Venue) => void): string {
  const v = new Venue()
  const lines: string[] = []
  v.onRecord = ({ seq, timeUs, envelope }, outcome) => {
    const { account, key, id, command } = envelope
    const bytes = toHex(encode(commandCodec, command))
    const result = sha256Hex(encode(outcomeCodec, outcome))
    lines.push(JSON.stringify({ seq, timeUs, account, key, id, command: bytes, result }))
  }
  flow(openVenue({ retentionSeconds: 600 }, v))
  lines.push(JSON.stringify({ records: lines.length, stateHash: v.exchange.stateHash() }))
  return `${lines.join('\n')}\n`
}

export function parse(text: string): {
  readonly records: readonly GoldenRecord[]
  readonly end: GoldenEnd
} {
  const lines = text.trimEnd().split('\n')
  const records = lines.slice(0, -1).map((line) => JSON.parse(line) as GoldenRecord)
  return { records, end: JSON.parse(lines.at(-1) ?? '') as GoldenEnd }
}

/** The golden journals of all releases, by name. */
export function goldenFiles(): ReadonlyMap<string, string> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'))
  return new Map(names.toSorted().map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]))
}
