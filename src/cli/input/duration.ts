const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
}

/**
 * Whole seconds of `90s`, `15m`, `1.5h`, `1h30m`, `2d`, `1w`; null for everything else, a number
 * without a unit included (nobody should have to guess which one is meant).
 */
export function parseDuration(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?[smhdw])+$/.test(text)) return null
  let seconds = 0
  for (const [, amount = '0', unit = 's'] of text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g)) {
    seconds += Number(amount) * (SECONDS[unit] ?? 0)
  }
  const whole = Math.round(seconds)
  return whole > 0 && Number.isSafeInteger(whole) ? whole : null
}
