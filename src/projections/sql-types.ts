/** How values of SQL become values here: the same on every engine. */
import { assert } from '../kernel/index.ts'

/** Type numbers of PostgreSQL (pg_type.oid). */
export const INT8 = 20
export const NUMERIC = 1700

/** int8 holds only safe integers here. */
export function parseInteger(text: string): number {
  const value = Number(text)
  assert(Number.isSafeInteger(value), `${text} is beyond the safe integers`)
  return value
}

/** Every NUMERIC here is a whole number of micro-units, or a sum of integers. */
export function parseNumeric(text: string): bigint {
  return BigInt(text)
}
