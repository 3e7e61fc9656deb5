const MIB: Readonly<Record<string, number>> = { m: 1, g: 1_024, t: 1_048_576 }
const MEGA: Readonly<Record<string, number>> = { mb: 1e6, gb: 1e9, tb: 1e12 }

/**
 * Whole MiB of `256MiB`, `10GiB`, `1.5g`, `512M`, rounded up; `MB`, `GB`, `TB` count in tens.
 * null for everything else, a number without a unit included.
 */
export function parseMemory(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text)
  if (match === null) return null
  const amount = Number(match[1])
  const unit = (match[2] ?? '').toLowerCase()
  const binary = MIB[unit.replace(/ib?$/, '')]
  const bytes = MEGA[unit]
  const mib = bytes === undefined ? amount * (binary ?? Number.NaN) : (amount * bytes) / 1_048_576
  const whole = Math.ceil(mib)
  return Number.isSafeInteger(whole) && whole > 0 ? whole : null
}
