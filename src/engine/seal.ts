/** Turns an executed command into its journal record and its event record. */
import { hash } from 'node:crypto'
import { concatBytes, encode, u53 } from '../kernel/index.ts'
import { outcome as outcomeCodec, type EventRecord, type Outcome } from '../messages/index.ts'
import type { Entry } from './state-machine.ts'

/** sha256 over the canonical bytes of an outcome, 32 bytes: what replay must reach again. */
export function resultHash(outcome: Outcome): Buffer {
  return hash('sha256', encode(outcomeCodec, outcome), 'buffer')
}

/**
 * Bytes of the journal record. Its codec is a struct, so the parts follow each other; the envelope
 * is taken as it was encoded when it came in.
 */
export function sealRecord(
  entry: Pick<Entry, 'seq' | 'timeUs'>,
  envelopeBytes: Uint8Array,
  result: Uint8Array,
): Uint8Array {
  return concatBytes(encode(u53, entry.seq), encode(u53, entry.timeUs), envelopeBytes, result)
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
