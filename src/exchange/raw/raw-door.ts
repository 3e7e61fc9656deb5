/** The door of the exchange for orders and cancels as bytes: same rules, same results, no objects. */
import { assert, type Writer } from '../../kernel/index.ts'
import {
  event,
  IDENTITY_BYTES,
  outcome as outcomeCodec,
  type EventKind,
} from '../../messages/index.ts'
import { BodyHash } from '../body-hash.ts'
import type { AllDesks } from '../build.ts'
import { Context, Told } from '../context.ts'
import { run } from '../desks.ts'
import type { Lookup } from '../idempotency.ts'
import { Lane } from './lane.ts'
import { LookAhead } from './look-ahead.ts'
import { isPlain } from './plain.ts'
import { CommandBytes, PLACE } from './command-bytes.ts'

/** What the door needs of the exchange that it belongs to. */
export interface RawHost {
  readonly desks: () => AllDesks
  readonly timeUs: () => number
  /** Goes to the next command; asserts that it is the next and that time does not go back. */
  readonly begin: (seq: number, timeUs: number) => void
}

/** Number on disk from which on events are those of trading and delivery. */
const FIRST_OF_TRADING = 100

/** refusal: none, one byte; then the count of events, one byte when it is below 128 */
const NO_REFUSAL = 0
/** place of a command's fields in its envelope */
const COMMAND_FROM = IDENTITY_BYTES + 2
const NOWHERE = -1
const ONE_BYTE_COUNT = 127

/**
 * The desks that an order reaches: trading, delivery and the ledger. It ends no lease and breaks no
 * promise, so those who count that need not read every order's events.
 */
const NEVER: ReadonlySet<EventKind> = new Set(['LeaseClosed', 'BreachMinutes'])
const KINDS: ReadonlySet<EventKind> = new Set(
  (Object.keys(event.cases) as EventKind[]).filter(
    (kind) =>
      kind === 'EntryPosted' || (event.cases[kind][0] >= FIRST_OF_TRADING && !NEVER.has(kind)),
  ),
)

export class RawDoor {
  /** every kind of event that its commands can have */
  readonly kinds = KINDS
  readonly #host: RawHost
  readonly #ahead = new LookAhead()
  readonly #command = new CommandBytes()
  readonly #words = { account: 0, id: new Int32Array(4), body: new Int32Array(2) }
  readonly #told = new Told()
  readonly #context = new Context({ seq: 0, timeUs: 0, account: 0, key: 0 }, this.#told)
  /** and the desks that it is of: a snapshot brings others */
  #lane: Lane | null = null
  #desks: AllDesks | null = null
  /** the bytes that were read last, and a view of them */
  #bytes: Uint8Array = new Uint8Array(0)
  #view = new DataView(this.#bytes.buffer)
  /** where the command that was read and not executed yet begins in them */
  #from = NOWHERE
  #isPlain = false

  constructor(host: RawHost) {
    this.#host = host
  }

  /** Is this a PlaceOrder or CancelOrder in its one canonical encoding? */
  takes(bytes: Uint8Array, from: number, until: number): boolean {
    this.#from = NOWHERE
    return this.#readCommand(bytes, from, until)
  }
  /** As `lookup` of the exchange; null for a new id. */
  lookup(bytes: Uint8Array, from: number, until: number, timeUs: number): Lookup | null {
    this.#read(bytes, from, until)
    if (this.#isUnnamed()) return null
    const now = Math.max(timeUs, this.#host.timeUs())
    const lookup = this.#host.desks().idempotency.look(this.#words, now)
    return lookup.kind === 'new' ? null : lookup
  }
  /** A command that comes soon, of those that the door takes: see LookAhead. Changes nothing. */
  expect(bytes: Uint8Array, from: number, until: number): void {
    this.#ahead.expect(bytes, from, until)
  }
  /** Brings near what the expected commands will look at. Changes nothing. */
  gather(): void {
    this.#ahead.gather(this.#host.desks())
  }
  /**
   * As `execute` of the exchange: writes the encoded outcome. (1) The short way, (2) where that does
   * not lead there, the way of every command, (3) its id is remembered.
   */
  execute(
    seq: number,
    timeUs: number,
    bytes: Uint8Array,
    from: number,
    until: number,
    out: Writer,
  ): void {
    if (this.#bytes !== bytes || this.#from !== from) this.#read(bytes, from, until)
    this.#from = NOWHERE
    this.#host.begin(seq, timeUs)
    const desks = this.#host.desks()
    const at = out.length
    out.u16(NO_REFUSAL)
    const told = this.#told
    told.out = out
    told.count = 0
    this.#context.restart(seq, timeUs, this.#words.account, this.#view.getUint32(from + 4, true))
    // (1)
    if (!this.#byLane(desks, from, until)) {
      // (2)
      if (this.#isPlain) assert(this.#command.read(bytes, from, until), 'plain orders are orders')
      const refusal = run(desks, this.#context, this.#command.command)
      if (refusal !== null) {
        assert(told.count === 0, 'a refused command has no effects')
        out.cut(at)
        outcomeCodec.write(out, { refusal, events: [] })
      }
    }
    if (told.count > 0) setCount(out, at + 1, told.count)
    // (3)
    if (!this.#isUnnamed()) desks.idempotency.keep(this.#words, seq, timeUs)
  }

  #byLane(desks: AllDesks, from: number, until: number): boolean {
    if (this.#lane === null || this.#desks !== desks) {
      this.#desks = desks
      this.#lane = new Lane(desks)
    }
    if (this.#isPlain) {
      return this.#lane.place(this.#context, this.#bytes, this.#view, from + COMMAND_FROM, until)
    }
    const { command } = this.#command
    return command.kind === 'CancelOrder' && this.#lane.cancel(this.#context, command.order)
  }
  /** The id of the exchange's own commands, which are never looked up. */
  #isUnnamed(): boolean {
    const { id } = this.#words
    return (id[0]! | id[1]! | id[2]! | id[3]!) === 0
  }
  #read(bytes: Uint8Array, from: number, until: number): void {
    assert(this.#readCommand(bytes, from, until), 'this door takes the command')
    const view = this.#view
    const { id, body } = this.#words
    this.#words.account = view.getUint32(from, true)
    for (let word = 0; word < 4; word++) id[word] = view.getInt32(from + 8 + 4 * word)
    BodyHash.ofBytes(view, from + IDENTITY_BYTES, until, body)
    this.#from = from
  }
  #readCommand(bytes: Uint8Array, from: number, until: number): boolean {
    const at = from + COMMAND_FROM
    if (at > until) return false
    if (this.#bytes !== bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    const kind = this.#view.getUint16(from + IDENTITY_BYTES, true)
    this.#isPlain = kind === PLACE && isPlain(bytes, at, until)
    return this.#isPlain || this.#command.read(bytes, from, until)
  }
}

/** Writes the count of events into the byte that was left for it, or makes room for a longer one. */
function setCount(out: Writer, at: number, count: number): void {
  if (count <= ONE_BYTE_COUNT) return out.setU8(at, count)
  const events = out.view().slice(at + 1)
  out.cut(at)
  out.varint(count)
  out.raw(events)
}
