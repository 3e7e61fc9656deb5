/** What cases say about values: they run under vitest and without it. */
import { deepEqual, equal, fail } from 'node:assert/strict'
import { Fault } from '../../src/messages/index.ts'

/** Every field of `wanted` is the same in `found`. */
export function alike(found: object, wanted: Readonly<Record<string, unknown>>): void {
  const picked = Object.fromEntries(
    Object.keys(wanted).map((key) => [key, (found as Record<string, unknown>)[key]]),
  )
  deepEqual(picked, wanted)
}

/** The promise rejects with a Fault of this code. */
export async function refused(promise: Promise<unknown>, code: string): Promise<void> {
  try {
    await promise
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return equal(error.code, code)
  }
  fail(`nothing was refused, ${code} was expected`)
}
