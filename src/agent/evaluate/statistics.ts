/** Median and spread of several runs of one measurement. */
export interface Sample {
  readonly median: number
  /** coefficient of variation (standard deviation / mean) in parts per million */
  readonly spreadPpm: number
}

/** Summarises runs; the median of an even number is the lower of the middle two. */
export function summarize(runs: readonly number[]): Sample {
  const sorted = [...runs].sort((a, b) => a - b)
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  const mean = runs.reduce((sum, run) => sum + run, 0) / Math.max(1, runs.length)
  const variance =
    runs.reduce((sum, run) => sum + (run - mean) ** 2, 0) / Math.max(1, runs.length - 1)
  const spread = mean === 0 ? 0 : Math.sqrt(variance) / mean
  return { median, spreadPpm: Math.round(spread * 1_000_000) }
}

/** The value below which `share` (0 … 1) of the values lie: nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
