/** Questions about promises of delivery. */
import type { Kysely } from 'kysely'
import type { ReadModels } from '../../messages/index.ts'
import type { Schema } from '../tables.ts'

const ROWS = 1_000

export function breaches(db: Kysely<Schema>, { lease }: Parameters<ReadModels['breaches']>[0]) {
  return db
    .selectFrom('breaches')
    .select(['lease', 'fromMinute', 'untilMinute', 'timeUs', 'sources', 'excused', 'charged'])
    .where('lease', '=', lease)
    .orderBy('fromMinute', 'desc')
    .limit(ROWS)
    .execute()
}

export function slaCredits(db: Kysely<Schema>, { lease }: Parameters<ReadModels['slaCredits']>[0]) {
  return db
    .selectFrom('slaCredits')
    .select(['lease', 'window', 'timeUs', 'windowMinutes', 'breachMinutes', 'availabilityPpm'])
    .select(['creditPpm', 'chargeMicro', 'creditMicro', 'refundMicro', 'paidMicro', 'owedMicro'])
    .where('lease', '=', lease)
    .orderBy('window', 'desc')
    .limit(ROWS)
    .execute()
}
