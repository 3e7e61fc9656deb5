import type { LeaseSample } from './dto/lease-sample.ts'

const US_PER_MS = 1_000

/** Cores in use between two samples of a lease, by the exchange's clock; null when no time passed. */
export function coresUsed(before: LeaseSample, now: LeaseSample): number | null {
  const passedUs = (Date.parse(now.at) - Date.parse(before.at)) * US_PER_MS
  return passedUs <= 0 ? null : Math.max(0, now.cpu_us - before.cpu_us) / passedUs
}
