/**
 * A state machine that does next to nothing, so that what is seen is the engine alone: it adds up the
 * units of all orders and tells the sum, to 16 bits, in the event of each. It keeps no ids.
 */
import { assert, decode, encode, sha256Hex, struct, u53 } from '../../src/kernel/index.ts'
import type { Entry, Lookup, RawDoor, StateMachine } from '../../src/engine/index.ts'
import {
  outcome as outcomeCodec,
  refuse,
  type Answers,
  type Outcome,
} from '../../src/messages/index.ts'

const state = struct({ seq: u53, timeUs: u53, units: u53 })

/** of PlaceOrder among the commands, after account, key and id */
const KIND_AT = 24
const PLACE_ORDER = 100
/** after its instrument, its side and its type */
const UNITS_AT = KIND_AT + 2 + 4 + 1 + 1

/** `isRaw` false: every command comes as an object. */
export interface TallyOptions {
  readonly isRaw?: boolean
}

export class TallyMachine implements StateMachine {
  readonly raw?: RawDoor
  readonly answers = {} as Answers
  #seq = 0
  #timeUs = 0
  #units = 0

  constructor({ isRaw = false }: TallyOptions = {}) {
    if (isRaw) this.raw = this.#rawDoor()
  }

  lookup(): Lookup {
    return { kind: 'new' }
  }

  execute({ seq, timeUs, envelope: { command } }: Entry): Outcome {
    this.#enter(seq, timeUs)
    if (command.kind === 'PlaceOrder') {
      const version = this.#add(command.units)
      return { refusal: null, events: [{ kind: 'RulesActivated', version }] }
    }
    if (command.kind !== 'Genesis') return { refusal: refuse('FORBIDDEN'), events: [] }
    const { venue, exchangePublicKey, rules } = command
    const opened = { kind: 'VenueOpened', venue, exchangePublicKey, rules } as const
    return { refusal: null, events: [opened] }
  }

  nextDueUs(): number | null {
    return null
  }
  snapshot(): Uint8Array {
    return encode(state, { seq: this.#seq, timeUs: this.#timeUs, units: this.#units })
  }
  load(bytes: Uint8Array): void {
    const { seq, timeUs, units } = decode(state, bytes)
    this.#seq = seq
    this.#timeUs = timeUs
    this.#units = units
  }
  stateHash(): string {
    return sha256Hex(this.snapshot())
  }

  #rawDoor(): RawDoor {
    return {
      takes: (bytes, from) => u16At(bytes, from + KIND_AT) === PLACE_ORDER,
      lookup: () => null,
      execute: (seq, timeUs, bytes, from, _until, outcome) => {
        this.#enter(seq, timeUs)
        const version = this.#add(u32At(bytes, from + UNITS_AT))
        outcome.part(OUTCOME, 0, OUTCOME.length - 2)
        outcome.u16(version)
      },
    }
  }

  #enter(seq: number, timeUs: number): void {
    assert(seq === this.#seq + 1, 'no gap in seq')
    assert(timeUs >= this.#timeUs, 'time does not go back')
    this.#seq = seq
    this.#timeUs = timeUs
  }
  #add(units: number): number {
    this.#units += units
    return this.#units % 65_536
  }
}

/** An outcome whose last two bytes are the sum. */
const OUTCOME = encode(outcomeCodec, {
  refusal: null,
  events: [{ kind: 'RulesActivated', version: 0 }],
})

function u16At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}
function u32At(bytes: Uint8Array, at: number): number {
  return (u16At(bytes, at) | (u16At(bytes, at + 2) << 16)) >>> 0
}
