/** The table of reducers, complete over all event kinds by its type. */
import type { Event, EventKind, EventRecord } from '../messages/index.ts'
import { none, type Change, type Place, type Reducers } from './change.ts'
import { challengeReducers } from './reduce/challenge.ts'
import { deliveryReducers } from './reduce/delivery.ts'
import { ledgerReducers } from './reduce/ledger.ts'
import { marketReducers } from './reduce/market.ts'
import { catalogReducers, memberReducers } from './reduce/people.ts'
import { slaReducers } from './reduce/sla.ts'

const reducers: Reducers<EventKind> = {
  VenueOpened: none,
  GapResumed: none,
  QuarantineReleased: none,
  TimerHeld: none,
  TimerReleased: none,
  // The core remembers disputes itself; what they move is in entries and bills.
  BuyerMeterRead: none,
  DisputeOpened: none,
  DisputeResolved: none,
  ...memberReducers,
  ...catalogReducers,
  ...ledgerReducers,
  ...marketReducers,
  ...deliveryReducers,
  ...slaReducers,
  ...challengeReducers,
}

/** Adds what the events of one command do to the tables, in order. A refusal has no events. */
export function changesOf(record: EventRecord, nextLine: () => number, changes: Change[]): void {
  const { seq, timeUs, outcome } = record
  const opened = new Map<number, number>()
  for (const event of outcome.events) {
    if (event.kind === 'LeaseOpened') opened.set(event.lease, event.buyAccount)
  }
  const place: Place = { seq, timeUs, opened, nextLine }
  for (const event of outcome.events) {
    for (const change of reduce(event, place)) changes.push(change)
  }
}

function reduce(event: Event, place: Place): readonly Change[] {
  const reducer = reducers[event.kind] as (event: Event, place: Place) => readonly Change[]
  return reducer(event, place)
}
