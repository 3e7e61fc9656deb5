/** What the loop notes in the quarantine, and takes out of it again. */
import { decode } from '../kernel/index.ts'
import { envelope as envelopeCodec, TimerFailure, type Envelope } from '../messages/index.ts'
import type { Quarantine } from '../journal/index.ts'
import type { Batch } from './batch.ts'
import type { EnvelopeBytes } from './seal.ts'

/** Notes the command or the timer that stopped the exchange, so that the next start does not meet it. */
export function holdBack(
  quarantine: Quarantine,
  seq: number,
  bytes: EnvelopeBytes,
  error: unknown,
): void {
  const { account, id, command } = envelopeOf(bytes)
  const timer = error instanceof TimerFailure ? { timer: error.timer } : {}
  const why = String(error)
  quarantine.add({ account, command: id, seq, kind: command.kind, why, ...timer })
}

export function envelopeOf({ bytes, from, until }: Omit<EnvelopeBytes, 'view'>): Envelope {
  return decode(envelopeCodec, bytes.subarray(from, until))
}

/** Carries out on the file beside the journal what the journal now says. */
export function releaseQuarantined(batch: Batch, quarantine: Quarantine): void {
  if (quarantine.entries().length === 0) return
  for (const { outcome } of batch.eventRecords()) {
    for (const event of outcome.events) {
      if (event.kind === 'TimerReleased') quarantine.releaseTimer(event.timer)
      if (event.kind !== 'QuarantineReleased') continue
      quarantine.release(event.account, event.command)
    }
  }
}
