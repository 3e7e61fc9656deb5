/** Promises of delivery as the API shows them. */
import { US_PER_SECOND, formatTime } from '../../kernel/index.ts'
import {
  LIMITS,
  minuteSource,
  type BreachRow,
  type LeaseSlaView,
  type LeaseView,
  type MinuteRange,
  type SlaCreditRow,
  type SlaProfile,
  type SlaView,
} from '../../messages/index.ts'
import { moneyText } from '../decimal.ts'
import type { LeaseSla, Sla, SlaBody } from '../dto/sla.ts'
import { idOf } from '../id.ts'
import type { Static } from '../schema.ts'
import { CURRENCY } from './common.ts'

export function toSla({ sla, version, profile }: SlaView): Sla {
  return {
    sla_id: idOf('sla', sla),
    version,
    profile: {
      name: profile.name,
      window_minutes: profile.windowMinutes,
      availability_ppm: profile.availabilityPpm,
      credit_curve: profile.creditCurve.map(({ belowPpm, creditPpm, basis }) => ({
        below_ppm: belowPpm,
        credit_ppm: creditPpm,
        basis,
      })),
      cap_ppm: profile.capPpm,
      maintenance: profile.maintenance.map(({ class: word, noticeSeconds, minutes }) => ({
        class: word,
        notice_seconds: noticeSeconds,
        minutes,
      })),
      exclusions: [...profile.exclusions],
    },
  }
}

export function fromProfile({ profile }: Static<typeof SlaBody>): SlaProfile {
  return {
    name: profile.name,
    windowMinutes: profile.window_minutes,
    availabilityPpm: profile.availability_ppm,
    creditCurve: profile.credit_curve.map(({ below_ppm, credit_ppm, basis }) => ({
      belowPpm: below_ppm,
      creditPpm: credit_ppm,
      basis,
    })),
    capPpm: profile.cap_ppm,
    maintenance: profile.maintenance.map(({ class: word, notice_seconds, minutes }) => ({
      class: word,
      noticeSeconds: notice_seconds,
      minutes,
    })),
    exclusions: [...profile.exclusions],
  }
}

/** `breaches` and `credits` are of the read models, newest first. */
export function toLeaseSla(
  view: LeaseSlaView,
  lease: Pick<LeaseView, 'readyAtUs' | 'closedAtUs'>,
  breaches: readonly BreachRow[],
  credits: readonly SlaCreditRow[],
): LeaseSla {
  const judgedAtUs = judgedAt(view, lease)
  return {
    lease_id: idOf('lease', view.lease),
    promise: view.promise === null ? null : toSla(view.promise),
    reported: {
      agent: view.agent.map(toMinutes),
      prober: view.prober.map(toMinutes),
      witness: view.witness.map(toMinutes),
    },
    breach_minutes: view.breachMinutes,
    uncharged_seconds: view.unchargedSeconds,
    credited: moneyText(view.creditedMicro),
    judged_at: judgedAtUs === null ? null : formatTime(judgedAtUs),
    currency: CURRENCY,
    breaches: breaches.map((row) => ({
      from_minute: row.fromMinute,
      until_minute: row.untilMinute,
      at: formatTime(row.timeUs),
      sources: minuteSource.values.filter((_, bit) => (row.sources & (1 << bit)) !== 0),
      excused: row.excused,
      charged: row.charged,
    })),
    credits: credits.map((row) => ({
      window: row.window,
      at: formatTime(row.timeUs),
      window_minutes: row.windowMinutes,
      breach_minutes: row.breachMinutes,
      availability_ppm: row.availabilityPpm,
      credit_ppm: row.creditPpm,
      charge: moneyText(row.chargeMicro),
      credit: moneyText(row.creditMicro),
      refund: moneyText(row.refundMicro),
      paid: moneyText(row.paidMicro),
      owed: moneyText(row.owedMicro),
    })),
  }
}

/** The end of the first window with a failed minute, and the time in which sources may still report. */
function judgedAt(
  { promise, failed }: LeaseSlaView,
  { readyAtUs, closedAtUs }: Pick<LeaseView, 'readyAtUs' | 'closedAtUs'>,
): number | null {
  const [first] = failed
  if (first === undefined || promise === null || readyAtUs === null || closedAtUs !== null)
    return null
  const { windowMinutes } = promise.profile
  const windows = Math.floor(first.from / windowMinutes) + 1
  return readyAtUs + (windows * windowMinutes * 60 + LIMITS.voteSeconds) * US_PER_SECOND
}

function toMinutes({ from, until }: MinuteRange): {
  from_minute: number
  until_minute: number
} {
  return { from_minute: from, until_minute: until }
}
