/**
 * Turns executed commands into bytes: their journal records and their event records, each written
 * once. Both codecs are structs, so their parts follow each other, and both hold the envelope's first
 * fields as they came in.
 */
import { encode, text, Writer } from '../kernel/index.ts'
import {
  command as commandCodec,
  outcome as outcomeCodec,
  type EventRecord,
  type Outcome,
} from '../messages/index.ts'
import type { Entry } from './state-machine.ts'

/** account u32, key u32, id: how every envelope begins, and an event record after its time */
const IDENTITY_BYTES = 24
const LENGTH_BYTES = 4

/** An envelope within bytes. */
export interface EnvelopeBytes {
  readonly bytes: Uint8Array
  readonly from: number
  readonly until: number
}

/** Begins the event record of a command; its outcome is written next. Returns where it begins. */
export function beginEvent(
  writer: Writer,
  seq: number,
  timeUs: number,
  { bytes, from }: EnvelopeBytes,
): number {
  const at = writer.length
  writer.u32(0)
  writer.varint(seq)
  writer.varint(timeUs)
  writer.part(bytes, from, from + IDENTITY_BYTES)
  const number = bytes[from + IDENTITY_BYTES]! | (bytes[from + IDENTITY_BYTES + 1]! << 8)
  const kind = KINDS[number]!
  writer.part(kind, 0, kind.length)
  return at
}

/** Ends the event record that begins at `at`: its length is known now. */
export function endEvent(writer: Writer, at: number): void {
  writer.setU32(at, writer.length - at - LENGTH_BYTES)
}

/** Writes the journal record of a command whose outcome is what `events` holds from `from` on. */
export function writeRecord(
  writer: Writer,
  seq: number,
  timeUs: number,
  envelope: EnvelopeBytes,
  events: Writer,
  from: number,
): void {
  const at = writer.length
  writer.u32(0)
  writer.varint(seq)
  writer.varint(timeUs)
  writer.part(envelope.bytes, envelope.from, envelope.until)
  const { high, low } = events.checksumFrom(from)
  writeBigEndian(writer, high)
  writeBigEndian(writer, low)
  writer.setU32(at, writer.length - at - LENGTH_BYTES)
}

/** The result hash of an outcome, as hex: what replay must reach again. */
export function resultHash(outcome: Outcome): string {
  const writer = new Writer()
  writeOutcome(writer, outcome)
  return resultHashFrom(writer, 0)
}

/** The result hash of the outcome that `events` holds from `from` on, as hex. */
export function resultHashFrom(events: Writer, from: number): string {
  const { high, low } = events.checksumFrom(from)
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

export function writeOutcome(writer: Writer, outcome: Outcome): void {
  outcomeCodec.write(writer, outcome)
}

/** What consumers read of an executed command. */
export function eventRecordOf(entry: Entry, outcome: Outcome): EventRecord {
  const { seq, timeUs, envelope } = entry
  return {
    seq,
    timeUs,
    account: envelope.account,
    key: envelope.key,
    command: envelope.id,
    commandKind: envelope.command.kind,
    outcome,
  }
}

function writeBigEndian(writer: Writer, value: number): void {
  writer.u8(value >>> 24)
  writer.u8(value >>> 16)
  writer.u8(value >>> 8)
  writer.u8(value)
}

/** The name of each kind of command as an event record holds it, by its number on disk. */
const KINDS: readonly Uint8Array[] = (() => {
  const kinds: Uint8Array[] = []
  for (const [kind, [number]] of Object.entries(commandCodec.cases)) {
    kinds[number] = encode(text(48), kind)
  }
  return kinds
})()
