import type { Snapshot } from '../journal/index.ts'
import type { StateMachine } from './state-machine.ts'

/**
 * A state machine with the state of the first of `snapshots` (newest first) that this software can
 * read, and its seq; without state and 0 when there is none. One written by other software is passed
 * over: an older one, or the whole journal, leads to the same state.
 */
export function loadNewest(
  snapshots: readonly Snapshot[],
  make: () => StateMachine,
): { readonly machine: StateMachine; readonly seq: number } {
  for (const { seq, state } of snapshots) {
    const machine = make()
    try {
      machine.load(state)
      return { machine, seq }
    } catch {
      continue
    }
  }
  return { machine: make(), seq: 0 }
}
