/** Stretches of time in which the engine did not run. */
import { US_PER_SECOND } from '../kernel/index.ts'
import { Fault } from '../messages/index.ts'
import type { Liveness } from '../journal/index.ts'

/** a longer one becomes a ResumeAfterGap command */
export const GAP_US = 5 * US_PER_SECOND
/** a longer one needs the operator: a wrong clock would expire everything at once */
export const GAP_MAX_US = 3_600 * US_PER_SECOND

/**
 * Until when the engine ran before this start, in microseconds. Throws Fault OPERATOR_NEEDED after
 * more than an hour, unless it had stopped on purpose or the operator accepts the gap.
 */
export function aliveBefore(
  liveness: Liveness,
  lastTimeUs: number,
  nowUs: number,
  acceptGap: boolean,
): number {
  const aliveUs = Math.max(liveness.aliveUntilUs ?? 0, lastTimeUs)
  const isLong = nowUs - aliveUs > GAP_MAX_US
  if (isLong && !acceptGap && !liveness.stoppedCleanly) throw operatorNeeded(nowUs - aliveUs)
  return aliveUs
}

export function operatorNeeded(gapUs: number): Fault {
  const gapSeconds = Math.floor(gapUs / US_PER_SECOND)
  return new Fault('OPERATOR_NEEDED', { retryable: false, facts: { gapSeconds } })
}
