/**
 * The deterministic state machine: one command in, one outcome out. No clock, no random, no I/O;
 * the same commands at the same times give the same state on every machine.
 */
import {
  assert,
  fail,
  list,
  Reader,
  sha256Hex,
  struct,
  text,
  u53,
  Writer,
} from '../kernel/index.ts'
import { NO_COMMAND_ID, type Answers, type Envelope, type Outcome } from '../messages/index.ts'
import { auditOf, type Audit } from './audit.ts'
import { answersOf } from './answers.ts'
import { Context } from './context.ts'
import { RawDoor } from './raw/raw-door.ts'
import { buildDesks, statefulOf, type AllDesks, type Settlement } from './build.ts'
import { run } from './desks.ts'
import type { Lookup } from './idempotency.ts'
import type { AnyTable } from './table.ts'

const header = struct({ version: u53, seq: u53, timeUs: u53, tables: list(text(48), 256) })
const SNAPSHOT_VERSION = 4

export class Exchange {
  readonly #settlement: Settlement
  #x: AllDesks
  #seq = 0
  #timeUs = 0
  #answers: Answers
  /** for orders and cancels as bytes */
  readonly raw = new RawDoor({
    desks: () => this.#x,
    timeUs: () => this.#timeUs,
    begin: (seq, timeUs) => this.#begin(seq, timeUs),
  })

  /** `settlement` is the same for all the life of a venue. */
  constructor({ settlement = 'lease' }: { readonly settlement?: Settlement } = {}) {
    this.#settlement = settlement
    this.#x = buildDesks(settlement)
    this.#answers = this.#newAnswers()
  }

  /** seq and time of the last executed command */
  get lastSeq(): number {
    return this.#seq
  }
  get lastTimeUs(): number {
    return this.#timeUs
  }
  get answers(): Answers {
    return this.#answers
  }

  /** Is this command id new here? Changes nothing. */
  lookup(envelope: Envelope, timeUs: number): Lookup {
    if (envelope.id === NO_COMMAND_ID) return { kind: 'new' }
    return this.#x.idempotency.lookup(envelope, Math.max(timeUs, this.#timeUs))
  }

  /** Checks and applies one command. Refused commands change nothing but the memory of their id. */
  execute(entry: { seq: number; timeUs: number; envelope: Envelope }): Outcome {
    const { seq, timeUs, envelope } = entry
    this.#begin(seq, timeUs)
    const { account, key } = envelope
    const ctx = new Context({ seq, timeUs, account, key })
    const refusal = run(this.#x, ctx, envelope.command)
    assert(refusal === null || ctx.events.length === 0, 'a refused command has no effects')
    if (envelope.id !== NO_COMMAND_ID) this.#x.idempotency.remember(envelope, seq, timeUs)
    return { refusal, events: ctx.events }
  }

  /** When the next timer is due, or null: the engine writes a Tick by then. */
  nextDueUs(): number | null {
    return this.#x.timers.nextDueUs()
  }

  /** What an auditor compares with other copies of the books, and what the state itself owes. */
  audit(): Audit {
    return auditOf(this.#x, this.#timeUs)
  }

  /** All rows of all tables in versioned, canonical bytes. */
  snapshot(): Uint8Array {
    const tables = this.#tables()
    const writer = new Writer()
    const names = tables.map((table) => table.name)
    header.write(writer, {
      version: SNAPSHOT_VERSION,
      seq: this.#seq,
      timeUs: this.#timeUs,
      tables: names,
    })
    for (const table of tables) table.write(writer)
    return writer.finish()
  }

  /** Becomes the state of a snapshot. Throws CodecError on bytes that are not one. */
  load(bytes: Uint8Array): void {
    const x = buildDesks(this.#settlement)
    const tables = statefulOf(x).flatMap((each) => each.tables)
    const reader = new Reader(bytes)
    const head = header.read(reader)
    assert(head.version === SNAPSHOT_VERSION, `snapshot version ${head.version}`)
    const names = tables.map((table) => table.name)
    assert(names.join() === head.tables.join(), 'the snapshot has other tables')
    for (const table of tables) table.read(reader)
    assert(reader.atEnd, 'bytes after the snapshot')
    for (const each of statefulOf(x)) each.rebuild()
    this.#x = x
    this.#seq = head.seq
    this.#timeUs = head.timeUs
    this.#answers = this.#newAnswers()
  }

  /** Hex hash over the canonical rows: equal states have equal hashes. */
  stateHash(): string {
    return sha256Hex(this.snapshot())
  }

  #begin(seq: number, timeUs: number): void {
    if (seq !== this.#seq + 1) fail(`seq ${seq} follows ${this.#seq}`)
    assert(timeUs >= this.#timeUs, 'time never goes back')
    this.#seq = seq
    this.#timeUs = timeUs
    this.#x.trading.market.orders.turn()
  }
  #newAnswers(): Answers {
    return answersOf(this.#x, () => ({ seq: this.#seq, timeUs: this.#timeUs }))
  }
  #tables(): AnyTable[] {
    return statefulOf(this.#x).flatMap((each) => each.tables)
  }
}
