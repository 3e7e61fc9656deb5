import { Fault } from '../../messages/index.ts'
import { isServerText, type ServerText } from './texts.ts'

export type Worded = [ServerText, Readonly<Record<string, string | number>>]

/** The words of a fault that has its own, also when it lies beneath another; null for all others. */
export function faultText(error: unknown): Worded | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof Fault && isServerText(at.code)) return [at.code, at.facts]
  }
  return null
}
