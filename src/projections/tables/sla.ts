/** Tables of promises of delivery: minutes that failed, and what was paid for them. */
import type { Exclusion } from '../../messages/index.ts'
import { flag, integer, money, orNull, table, word } from '../columns.ts'

export const slaTables = {
  breaches: table('breaches', ['lease', 'fromMinute'], {
    lease: integer,
    /** since ready; minutes [fromMinute, untilMinute) */
    fromMinute: integer,
    untilMinute: integer,
    seq: integer,
    timeUs: integer,
    /** a bit for each source that said so */
    sources: integer,
    excused: orNull(word<Exclusion>()),
    charged: flag,
  }),
  slaCredits: table('slaCredits', ['lease', 'window'], {
    lease: integer,
    window: integer,
    seq: integer,
    timeUs: integer,
    windowMinutes: integer,
    breachMinutes: integer,
    availabilityPpm: integer,
    creditPpm: integer,
    chargeMicro: money,
    creditMicro: money,
    refundMicro: money,
    paidMicro: money,
    owedMicro: money,
  }),
}
