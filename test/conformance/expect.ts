/** What cases say about values: they run under vitest and without it. */
import { deepEqual, equal, ok } from 'node:assert/strict'

/** Every field of `wanted` is the same in `found`. */
export function alike(found: object, wanted: Readonly<Record<string, unknown>>): void {
  const picked = Object.fromEntries(
    Object.keys(wanted).map((key) => [key, (found as Record<string, unknown>)[key]]),
  )
  deepEqual(picked, wanted)
}

/** The promise rejects with a Fault of this code. */
export async function refused(promise: Promise<unknown>, code: string): Promise<void> {
  const found = await promise.then(
    () => null,
    (error: unknown) => error,
  )
  ok(found !== null, `nothing was refused, ${code} was expected`)
  equal((found as { code?: string }).code ?? String(found), code)
}
