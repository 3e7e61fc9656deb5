/** A state machine with a mistake that strikes once: what follows is the business of the quarantine. */
import type { Exchange } from '../../src/exchange/index.ts'
import type { StateMachine } from '../../src/engine/index.ts'
import { NO_COMMAND_ID, TimerFailure } from '../../src/messages/index.ts'

/** Thrown as a failed assert would be. */
class Planted extends Error {
  override readonly name = 'Planted'
}

/** Whether a process ended by a mistake of this kind. */
export function isPlanted(error: unknown): boolean {
  return error instanceof Planted || (error as { cause?: unknown }).cause instanceof Planted
}

/** `taken` says what trips next: any command of a client, the timer of a Tick, or nothing. */
export function poisoned(
  exchange: Exchange,
  taken: () => 'command' | 'timer' | null,
): StateMachine {
  return {
    lookup: (envelope, timeUs) => exchange.lookup(envelope, timeUs),
    execute: (entry) => {
      const what = taken()
      const { id, command } = entry.envelope
      if (what === 'command' && id !== NO_COMMAND_ID) throw new Planted('in a command')
      if (what === 'timer' && command.kind === 'Tick') {
        throw new TimerFailure(Math.ceil(entry.seq / 3), 'planted', new Planted('in a timer'))
      }
      return exchange.execute(entry)
    },
    nextDueUs: () => exchange.nextDueUs(),
    get answers() {
      return exchange.answers
    },
    snapshot: () => exchange.snapshot(),
    load: (bytes) => exchange.load(bytes),
    stateHash: () => exchange.stateHash(),
  }
}
