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

/**
 * Says `user` and its number outside of the namespace in which a program may have another one, of a
 * namespace with one user in it: there it is called root and is nothing of the kind.
 */
export const USER =
  `uid=$(id -u); while read -r in out many; do [ "$in $many" = "$uid 1" ] && uid=$out; done ` +
  `< /proc/self/uid_map; echo "user $uid"`
