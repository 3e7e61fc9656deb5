/** What events about promises of delivery do to the tables. */
import { add, none, type Reducers } from '../change.ts'
import { slaTables as t } from '../tables/sla.ts'

export const slaReducers: Reducers<
  | 'SlaSet'
  | 'SlaAttached'
  | 'MaintenanceAnnounced'
  | 'MinutesReported'
  | 'BreachMinutes'
  | 'SlaCredited'
  | 'LienPaid'
> = {
  SlaSet: none,
  SlaAttached: none,
  MaintenanceAnnounced: none,
  MinutesReported: none,
  BreachMinutes: ({ kind: _kind, ...event }, { seq, timeUs }) => [
    add(t.breaches, [event.lease, event.fromMinute], { ...event, seq, timeUs }),
  ],
  SlaCredited: ({ kind: _kind, ...event }, { seq, timeUs }) => [
    add(t.slaCredits, [event.lease, event.window], { ...event, seq, timeUs }),
  ],
  LienPaid: none,
}
