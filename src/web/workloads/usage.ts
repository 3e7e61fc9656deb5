import { coresUsed, type LeaseSample } from '../../wire/index.ts'

/** Two minutes. */
const SAMPLES = 120

/** The newest ones; after another lease took over only its own. */
export function kept(
  before: readonly LeaseSample[],
  more: readonly LeaseSample[],
): readonly LeaseSample[] {
  const all = [...before, ...more]
  const lease = all.at(-1)?.lease_id
  return all.filter((one) => one.lease_id === lease).slice(-SAMPLES)
}

/** Cores in use between each sample and the one before; the first one has none before it. */
export function usedCores(samples: readonly LeaseSample[]): (number | null)[] {
  return samples.map((now, at) => {
    const before = samples[at - 1]
    return before === undefined ? null : coresUsed(before, now)
  })
}
