/**
 * Turns executed commands into bytes: their journal records and their event records, each written
 * once. Both codecs are structs, so their parts follow each other, and both hold the envelope's first
 * fields as they came in.
 */
import { encode, text, Writer } from '../kernel/index.ts'
import {
  command as commandCodec,
  IDENTITY_BYTES,
  outcome as outcomeCodec,
  type EventRecord,
  type Outcome,
} from '../messages/index.ts'
import type { Entry } from './state-machine.ts'

const LENGTH_BYTES = 4

/** An envelope within bytes. */
export interface EnvelopeBytes {
  readonly bytes: Uint8Array
  /** of the same bytes */
  readonly view: DataView
  readonly from: number
  readonly until: number
}

/** Begins the event record of a command; its outcome is written next. Returns where it begins. */
export function beginEvent(
  writer: Writer,
  seq: number,
  timeUs: number,
  { view, from }: EnvelopeBytes,
): number {
  const at = writer.length
  writer.u32(0)
  writer.varint(seq)
  writer.varint(timeUs)
  writer.words(view, from, from + IDENTITY_BYTES)
  const kind = KINDS[view.getUint16(from + IDENTITY_BYTES, true)]!
  writer.words(kind, 0, kind.byteLength)
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
  writer.words(envelope.view, envelope.from, envelope.until)
  const { high, low } = events.checksumFrom(from)
  writer.bigEndian(high)
  writer.bigEndian(low)
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

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
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

/** The name of each kind of command as an event record holds it, by its number on disk. */
const KINDS: readonly DataView[] = (() => {
  const kinds: DataView[] = []
  for (const [kind, [number]] of Object.entries(commandCodec.cases)) {
    kinds[number] = viewOf(encode(text(48), kind))
  }
  return kinds
})()
