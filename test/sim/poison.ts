/** A state machine with a mistake that strikes once: what follows is the business of the quarantine. */
import type { Exchange } from '../../src/exchange/index.ts'
import type { RawDoor, StateMachine } from '../../src/engine/index.ts'
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
  const machine: StateMachine = exchange
  return {
    lookup: (envelope, timeUs) => machine.lookup(envelope, timeUs),
    execute: (entry) => {
      const what = taken()
      const { id, command } = entry.envelope
      if (what === 'command' && id !== NO_COMMAND_ID) throw new Planted('in a command')
      if (what === 'timer' && command.kind === 'Tick') {
        throw new TimerFailure(Math.ceil(entry.seq / 3), 'planted', new Planted('in a timer'))
      }
      return machine.execute(entry)
    },
    nextDueUs: () => machine.nextDueUs(),
    get answers() {
      return machine.answers
    },
    snapshot: () => machine.snapshot(),
    load: (bytes) => machine.load(bytes),
    stateHash: () => machine.stateHash(),
    ...(machine.raw === undefined ? {} : { raw: poisonedDoor(machine.raw, taken) }),
  }
}

function poisonedDoor(raw: RawDoor, taken: () => 'command' | 'timer' | null): RawDoor {
  return {
    takes: (bytes, from, until) => raw.takes(bytes, from, until),
    lookup: (bytes, from, until, timeUs) => raw.lookup(bytes, from, until, timeUs),
    execute: (seq, timeUs, bytes, from, until, outcome) => {
      if (taken() === 'command') throw new Planted('in a command of the raw door')
      raw.execute(seq, timeUs, bytes, from, until, outcome)
    },
  }
}
