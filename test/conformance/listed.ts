import { readFileSync } from 'node:fs'

/** A cell that cannot be shown, or that a driver cannot do, and why. */
export interface Listed {
  readonly engine: string
  readonly case: string
  readonly reason: string
}

/** The committed list. It may shrink; that it grows, a test refuses. */
export function readListed(): readonly Listed[] {
  // The same from here and from the bundle, which lies one folder below dist.
  const file = new URL('../../test/conformance/not-enforceable.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Listed[]
}
