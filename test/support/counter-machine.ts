/**
 * A small state machine for tests of the engine: `ActivateRules{version: n}` adds n to a total and
 * arms a timer n milliseconds later, whose firing adds 1. 0 is refused, 666 trips an assert, and the
 * timer that 667 arms trips one when it fires.
 */
import {
  assert,
  bool,
  decode,
  encode,
  list,
  sha256Hex,
  struct,
  text,
  u128hex,
  u32,
  u53,
  type Infer,
} from '../../src/kernel/index.ts'
import type { Entry, Lookup, StateMachine } from '../../src/engine/index.ts'
import {
  command as commandCodec,
  NO_COMMAND_ID,
  refuse,
  type Answers,
  type Command,
  type Envelope,
  type Event,
  TimerFailure,
  type Outcome,
} from '../../src/messages/index.ts'

const timer = struct({ id: u53, dueUs: u53, isPoisoned: bool })
const state = struct({
  seq: u53,
  timeUs: u53,
  total: u53,
  gapUs: u53,
  /** in (due, id) order; those set aside do not fire */
  timers: list(timer, 1_000_000),
  held: list(timer, 1_000_000),
  ids: list(struct({ account: u32, id: u128hex, seq: u53, body: text(64) }), 1_000_000),
})

export const POISON = 666
export const POISON_TIMER = 667

/** The asserts that they trip can be disarmed, as an update of the software would. */
export interface CounterOptions {
  readonly isMended?: boolean
}

export class CounterMachine implements StateMachine {
  readonly #isMended: boolean
  #byId = new Map<string, { readonly seq: number; readonly body: string }>()
  #state = decode(state, encode(state, { ...ZERO, timers: [], held: [], ids: [] }))

  constructor(options: CounterOptions = {}) {
    this.#isMended = options.isMended ?? false
  }

  get total(): number {
    return this.#state.total
  }
  get gapUs(): number {
    return this.#state.gapUs
  }
  /** Only `status` is answered: the tests of the engine ask nothing else. */
  get answers(): Answers {
    return {
      status: () => ({
        venue: String(this.#state.total),
        exchangePublicKey: '',
        mode: 'SIMULATED',
        rules: 1,
        seq: this.#state.seq,
        timeUs: this.#state.timeUs,
        retentionSeconds: 0,
      }),
    } as Partial<Answers> as Answers
  }

  lookup(envelope: Envelope): Lookup {
    const known = this.#byId.get(`${envelope.account} ${envelope.id}`)
    if (known === undefined) return { kind: 'new' }
    return known.body === bodyOf(envelope.command)
      ? { kind: 'replay', seq: known.seq }
      : { kind: 'refused', refusal: refuse('COMMAND_ID_REUSED') }
  }

  execute(entry: Entry): Outcome {
    const { account, id, command } = entry.envelope
    assert(entry.seq === this.#state.seq + 1, 'no gap in seq')
    assert(entry.timeUs >= this.#state.timeUs, 'time does not go back')
    this.#state.seq = entry.seq
    this.#state.timeUs = entry.timeUs
    if (id !== NO_COMMAND_ID) {
      const row = { account, id, seq: entry.seq, body: bodyOf(command) }
      this.#state.ids.push(row)
      this.#byId.set(`${account} ${id}`, row)
    }
    return this.#apply(command, entry.timeUs)
  }

  nextDueUs(): number | null {
    return this.#state.timers[0]?.dueUs ?? null
  }
  snapshot(): Uint8Array {
    return encode(state, this.#state)
  }
  load(bytes: Uint8Array): void {
    this.#state = decode(state, bytes)
    this.#byId = new Map(this.#state.ids.map((row) => [`${row.account} ${row.id}`, row]))
  }
  stateHash(): string {
    return sha256Hex(this.snapshot())
  }

  #apply(command: Command, timeUs: number): Outcome {
    const done = (...events: Event[]): Outcome => ({ refusal: null, events })
    const now = this.#state
    switch (command.kind) {
      case 'Genesis':
        return done({
          kind: 'VenueOpened',
          venue: command.venue,
          exchangePublicKey: command.exchangePublicKey,
          rules: command.rules,
        })
      case 'ActivateRules': {
        const { version } = command
        assert(version !== POISON || this.#isMended, 'the counter is poisoned')
        if (version === 0) return { refusal: refuse('RULES_UNKNOWN', { version }), events: [] }
        now.total += version
        const isPoisoned = version === POISON_TIMER
        this.#arm({ id: now.seq, dueUs: timeUs + version * 1_000, isPoisoned })
        return done({ kind: 'RulesActivated', version })
      }
      case 'Tick': {
        const due = now.timers.filter(({ dueUs }) => dueUs <= timeUs).slice(0, command.limit)
        assert(due.length > 0, 'a Tick fires something')
        now.timers.splice(0, due.length)
        const poisoned = due.find(({ isPoisoned }) => isPoisoned && !this.#isMended)
        if (poisoned !== undefined) throw new TimerFailure(poisoned.id, 'counter', 'poisoned')
        now.total += due.length
        return done(...due.map(() => ({ kind: 'RulesActivated' as const, version: 1 })))
      }
      case 'ResumeAfterGap':
        now.gapUs += command.toUs - command.fromUs
        return done({ kind: 'GapResumed', fromUs: command.fromUs, toUs: command.toUs })
      case 'ReleaseQuarantine':
        return done({
          kind: 'QuarantineReleased',
          account: command.account,
          command: command.command,
        })
      case 'HoldTimer': {
        const armed = now.timers.find(({ id }) => id === command.timer)
        if (armed !== undefined) {
          now.timers = now.timers.filter((one) => one !== armed)
          now.held.push(armed)
        }
        if (!now.held.some(({ id }) => id === command.timer)) return done()
        return done({ kind: 'TimerHeld', timer: command.timer, what: 'counter', subject: 0 })
      }
      case 'ReleaseTimer': {
        const held = now.held.find(({ id }) => id === command.timer)
        if (held === undefined) return { refusal: refuse('NOT_FOUND'), events: [] }
        now.held = now.held.filter((one) => one !== held)
        this.#arm({ ...held, dueUs: timeUs })
        return done({ kind: 'TimerReleased', timer: command.timer })
      }
      default:
        return { refusal: refuse('FORBIDDEN'), events: [] }
    }
  }

  #arm(armed: Infer<typeof timer>): void {
    this.#state.timers.push(armed)
    this.#state.timers.sort((a, b) => a.dueUs - b.dueUs || a.id - b.id)
  }
}

const ZERO = { seq: 0, timeUs: 0, total: 0, gapUs: 0 }

function bodyOf(command: Command): string {
  return sha256Hex(encode(commandCodec, command))
}
