import { US_PER_SECOND, formatTime } from '../../kernel/index.ts'

/** Whole UTC days since 1970-01-01. */
export function dayOf(timeUs: number): number {
  return Math.floor(timeUs / (86_400 * US_PER_SECOND))
}

/** The UTC month as a number, November 2026 is 202611. */
export function monthOf(timeUs: number): number {
  return Number(formatTime(timeUs).slice(0, 7).replace('-', ''))
}
