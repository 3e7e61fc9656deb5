/** What a promise pays for a window of minutes. Pure integers: ppm rounded down, money rounded down. */
import { mulDivFloor } from '../../kernel/index.ts'
import type { SlaProfile } from '../../messages/index.ts'

const PPM = 1_000_000
const WHOLE = BigInt(PPM)

export interface Window {
  readonly minutes: number
  readonly breachMinutes: number
  /** micro-units charged for the window */
  readonly chargeMicro: number
  /** of which for the hours in which a breach lies */
  readonly hoursMicro: number
}
export interface Credit {
  readonly availabilityPpm: number
  /** of the step that pays most; 0 where the promise was kept */
  readonly creditPpm: number
  readonly creditMicro: number
}

/** floor((window - breach) x 10^6 / window); a window without minutes is kept. */
export function availabilityPpm(minutes: number, breachMinutes: number): number {
  return minutes === 0
    ? PPM
    : Number(mulDivFloor(BigInt(minutes - breachMinutes), WHOLE, BigInt(minutes)))
}

/** floor(charge x ppm / 10^6) of the step that pays most, at most the cap. */
export function creditFor(profile: SlaProfile, window: Window): Credit {
  const available = availabilityPpm(window.minutes, window.breachMinutes)
  const most = shareOf(window.chargeMicro, profile.capPpm)
  let best = { availabilityPpm: available, creditPpm: 0, creditMicro: 0 }
  for (const { belowPpm, creditPpm, basis } of profile.creditCurve) {
    if (available >= belowPpm) continue
    const share = basis === 'window' ? window.chargeMicro : window.hoursMicro
    const creditMicro = Math.min(shareOf(share, creditPpm), most)
    if (creditMicro > best.creditMicro) best = { ...best, creditPpm, creditMicro }
  }
  return best
}

function shareOf(micro: number, ppm: number): number {
  return Number(mulDivFloor(BigInt(micro), BigInt(ppm), WHOLE))
}
