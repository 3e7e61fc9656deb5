/** What a desk knows while it applies one command, and where its events go. */
import { assert } from '../kernel/index.ts'
import { LIMITS, type Event } from '../messages/index.ts'

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

export class Context implements Actor {
  readonly seq: number
  readonly account: number
  readonly key: number
  readonly approved: boolean
  /** changes only from one timer of a Tick to the next */
  timeUs: number
  readonly events: Event[]
  /** events that what was done already will still need: trades are followed by leases */
  reserved = 0

  constructor(actor: Actor, events: Event[] = []) {
    this.seq = actor.seq
    this.account = actor.account
    this.key = actor.key
    this.approved = actor.approved ?? false
    this.timeUs = actor.timeUs
    this.events = events
  }
  /** The same command with another's authority (an approved proposal). */
  as(account: number, key: number): Context {
    const { seq, timeUs } = this
    return new Context({ seq, timeUs, account, key, approved: true }, this.events)
  }
  /** Has the command so many events that what can wait must wait for a Tick (rule TRD-036)? */
  get isFull(): boolean {
    return this.events.length + this.reserved >= EVENTS_FULL
  }
  /** May the command have so many events more? */
  mayHave(count: number): boolean {
    const used = this.events.length + this.reserved + count
    return used <= LIMITS.eventsPerCommand - EVENTS_SPARE
  }
  /** Reserves so many events for later; false when the command may not have them. */
  reserve(count: number): boolean {
    if (!this.mayHave(count)) return false
    this.reserved += count
    return true
  }
  emit(event: Event): void {
    assert(this.events.length < LIMITS.eventsPerCommand, 'too many events in one command')
    this.events.push(event)
  }
}
