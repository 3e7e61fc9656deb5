/** The door of the exchange for orders and cancels as bytes: same rules, same results, no objects. */
import { assert, type Writer } from '../../kernel/index.ts'
import {
  event,
  IDENTITY_BYTES,
  outcome as outcomeCodec,
  type EventKind,
} from '../../messages/index.ts'
import { Lane } from '../lane/lane.ts'
import { BodyHash } from '../body-hash.ts'
import type { AllDesks } from '../build.ts'
import { Context, Told } from '../context.ts'
import { run } from '../desks.ts'
import type { Lookup } from '../idempotency.ts'
import { CommandBytes, isOrderCommand } from './command-bytes.ts'

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
const ONE_BYTE_COUNT = 127

/** The desks that an order reaches: trading, delivery and the ledger. */
const KINDS: ReadonlySet<EventKind> = new Set(
  (Object.keys(event.cases) as EventKind[]).filter(
    (kind) => kind === 'EntryPosted' || event.cases[kind][0] >= FIRST_OF_TRADING,
  ),
)

export class RawDoor {
  /** every kind of event that its commands can have */
  readonly kinds = KINDS
  readonly #host: RawHost
  readonly #command = new CommandBytes()
  readonly #words = { account: 0, id: this.#command.id, body: new Int32Array(2) }
  readonly #told = new Told()
  readonly #context = new Context({ seq: 0, timeUs: 0, account: 0, key: 0 }, this.#told)
  /** the bytes that `#command` was read from and was not executed yet */
  #bytes: Uint8Array | null = null
  #from = 0

  constructor(host: RawHost) {
    this.#host = host
  }

  /** Is this a PlaceOrder or CancelOrder in its one canonical encoding? */
  takes(bytes: Uint8Array, from: number, until: number): boolean {
    this.#bytes = null
    return isOrderCommand(bytes, from, until) && this.#command.read(bytes, from, until)
  }
  /** As `lookup` of the exchange; null for a new id. */
  lookup(bytes: Uint8Array, from: number, until: number, timeUs: number): Lookup | null {
    this.#read(bytes, from, until)
    if (this.#isUnnamed()) return null
    const now = Math.max(timeUs, this.#host.timeUs())
    const lookup = this.#host.desks().idempotency.look(this.#words, now)
    return lookup.kind === 'new' ? null : lookup
  }
  /** As `execute` of the exchange: writes the encoded outcome. */
  execute(
    seq: number,
    timeUs: number,
    bytes: Uint8Array,
    from: number,
    until: number,
    out: Writer,
  ): void {
    if (this.#bytes !== bytes || this.#from !== from) this.#read(bytes, from, until)
    this.#bytes = null
    this.#host.begin(seq, timeUs)
    const desks = this.#host.desks()
    const { account, key, command } = this.#command
    const at = out.length
    out.u8(NO_REFUSAL)
    out.u8(0)
    const told = this.#told
    told.out = out
    told.count = 0
    this.#context.restart(seq, timeUs, account, key)
    if (this.#lane(desks, bytes, from, until)) {
      setCount(out, at + 1, told.count)
      if (!this.#isUnnamed()) desks.idempotency.keep(this.#words, seq, timeUs)
      return
    }
    const refusal = run(desks, this.#context, command)
    if (refusal === null) setCount(out, at + 1, told.count)
    else {
      assert(told.count === 0, 'a refused command has no effects')
      out.cut(at)
      outcomeCodec.write(out, { refusal, events: [] })
    }
    if (!this.#isUnnamed()) desks.idempotency.keep(this.#words, seq, timeUs)
  }

  readonly #fast = new Lane()
  #lane(desks: AllDesks, bytes: Uint8Array, from: number, until: number): boolean {
    const { command } = this.#command
    if (command.kind === 'CancelOrder') return this.#fast.cancel(desks, this.#context, command.order)
    return this.#fast.place(desks, this.#context, bytes, from + IDENTITY_BYTES + 2, until)
  }
  /** The id of the exchange's own commands, which are never looked up. */
  #isUnnamed(): boolean {
    const { id } = this.#words
    return (id[0]! | id[1]! | id[2]! | id[3]!) === 0
  }
  #read(bytes: Uint8Array, from: number, until: number): void {
    assert(this.#command.read(bytes, from, until), 'this door takes the command')
    this.#words.account = this.#command.account
    BodyHash.ofBytes(bytes, from + IDENTITY_BYTES, until, this.#words.body)
    this.#bytes = bytes
    this.#from = from
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
