/** Terms of an instrument that the rest of the core can compute with. */
import { LIMITS, type CommandOf, type Refusal } from '../../messages/index.ts'
import { fieldUnless } from './checks.ts'

const PPM = 1_000_000
/** Highest tick, in micro-units per unit-hour: one million of the currency. */
const TICK_MAX_MICRO = 1_000_000_000_000n

/** FIELD_INVALID for the first term of a listing that is not possible, else null. */
export function checkListing(c: CommandOf<'ListInstrument'>): Refusal | null {
  return (
    fieldUnless(c.symbol !== '', 'symbol', 'it must not be empty') ??
    fieldUnless(
      c.tickMicro > 0n && c.tickMicro <= TICK_MAX_MICRO,
      'tickMicro',
      `it must be above zero and at most ${TICK_MAX_MICRO}`,
    ) ??
    checkPpm('makerFeePpm', c.makerFeePpm) ??
    checkPpm('takerFeePpm', c.takerFeePpm) ??
    checkPpm('sellerFeePpm', c.sellerFeePpm) ??
    fieldUnless(
      c.horizonSeconds >= LIMITS.minimumBillSeconds &&
        c.horizonSeconds <= LIMITS.durationSecondsMax,
      'horizonSeconds',
      `it must be ${LIMITS.minimumBillSeconds} to ${LIMITS.durationSecondsMax}`,
    ) ??
    fieldUnless(
      c.noticeSeconds <= LIMITS.durationSecondsMax,
      'noticeSeconds',
      `it must be at most ${LIMITS.durationSecondsMax}`,
    ) ??
    checkReference(c)
  )
}

/** A band is a share of the reference; without a reference there is none. */
export function checkReference(c: {
  readonly referenceTicks: number
  readonly bandPpm: number
}): Refusal | null {
  return fieldUnless(
    c.bandPpm === 0 || c.referenceTicks > 0,
    'bandPpm',
    'a band needs a reference price',
  )
}

function checkPpm(field: string, ppm: number): Refusal | null {
  return fieldUnless(ppm <= PPM, field, `it must be at most ${PPM}`)
}
