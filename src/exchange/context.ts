/** What a desk knows while it applies one command, and where its events go. */
import { assert, type Writer } from '../kernel/index.ts'
import { event as eventCodec, LIMITS, type Event } from '../messages/index.ts'

/** Who acts, and when. Checks see only this. */
export interface Actor {
  readonly timeUs: number
  readonly seq: number
  /** acting account and key; 0 and 0 for the exchange itself */
  readonly account: number
  readonly key: number
  /** true while an action that a second person approved is carried out */
  readonly approved?: boolean
}

/** Left for the end of a command, which nobody reserves. */
const EVENTS_SPARE = 2_048
/** With so many events a mass change goes on in the next Tick: one step of it needs less than the rest. */
const EVENTS_FULL = LIMITS.eventsPerCommand / 2

/** The events of one command so far: objects, or their bytes one after the other. */
export class Told {
  readonly events: Event[] = []
  /** where the bytes go; null keeps objects */
  out: Writer | null
  count = 0

  constructor(out: Writer | null = null) {
    this.out = out
  }
  /** One more event is told. */
  next(): void {
    assert(this.count < LIMITS.eventsPerCommand, 'too many events in one command')
    this.count++
  }
}

export class Context implements Actor {
  seq: number
  account: number
  key: number
  readonly approved: boolean
  /** changes only from one timer of a Tick to the next */
  timeUs: number
  readonly told: Told
  /** events that what was done already will still need: trades are followed by leases */
  reserved = 0

  constructor(actor: Actor, told: Told = new Told()) {
    this.seq = actor.seq
    this.account = actor.account
    this.key = actor.key
    this.approved = actor.approved ?? false
    this.timeUs = actor.timeUs
    this.told = told
  }
  /** The same object for the next command, of which nothing is known yet. */
  restart(seq: number, timeUs: number, account: number, key: number): void {
    this.seq = seq
    this.timeUs = timeUs
    this.account = account
    this.key = key
    this.reserved = 0
  }
  /** The events so far, where objects are kept. */
  get events(): Event[] {
    return this.told.events
  }
  /** The same command with another's authority (an approved proposal). */
  as(account: number, key: number): Context {
    const { seq, timeUs } = this
    return new Context({ seq, timeUs, account, key, approved: true }, this.told)
  }
  /** Has the command so many events that what can wait must wait for a Tick (rule TRD-036)? */
  get isFull(): boolean {
    return this.told.count + this.reserved >= EVENTS_FULL
  }
  /** May the command have so many events more? */
  mayHave(count: number): boolean {
    const used = this.told.count + this.reserved + count
    return used <= LIMITS.eventsPerCommand - EVENTS_SPARE
  }
  /** Reserves so many events for later; false when the command may not have them. */
  reserve(count: number): boolean {
    if (!this.mayHave(count)) return false
    this.reserved += count
    return true
  }
  emit(event: Event): void {
    this.told.next()
    if (this.told.out === null) this.told.events.push(event)
    else eventCodec.write(this.told.out, event)
  }
  /** Where the bytes of the next event go, for the events that are many; null: `emit` it. */
  bytesOfNext(): Writer | null {
    const { out } = this.told
    if (out !== null) this.told.next()
    return out
  }
}
