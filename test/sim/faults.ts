/** How hostile the world is, drawn from the seed before anything happens, and printed. */
import type { Draw } from './draw.ts'

export interface FaultLevels {
  /** of 1,000 messages */
  readonly dropPerMille: number
  readonly duplicatePerMille: number
  readonly delayPerMille: number
  readonly delayMaxMs: number
  /** records between two crashes, on average */
  readonly recordsPerCrash: number
  readonly powerCutPerMille: number
  /** records between two of each, on average */
  readonly recordsPerDiskFault: number
  readonly recordsPerClockFault: number
  readonly recordsPerPartition: number
  readonly recordsPerSnapshot: number
  /** of 1,000 reports of an agent that lies */
  readonly liePerMille: number
  readonly segmentBytes: number
  /** half of all runs: what was lost with the read models is applied again from the first record on */
  readonly readModels: boolean
  /** a quarter of all runs end with it: it executes everything once more */
  readonly fsck: boolean
  /** mean milliseconds between two bursts of commands, and mean size of a burst */
  readonly pauseMs: number
  readonly burst: number
}

/** `crashes` 0 … 3: how often the process dies; the rest is drawn on its own. */
export function drawLevels(draw: Draw): FaultLevels {
  return {
    dropPerMille: draw.pick([0, 5, 20, 60]),
    duplicatePerMille: draw.pick([5, 20, 60]),
    delayPerMille: draw.pick([5, 20, 60]),
    delayMaxMs: draw.pick([500, 5_000, 40_000]),
    recordsPerCrash: draw.pick([400, 800, 1_600]),
    powerCutPerMille: draw.pick([300, 500, 800]),
    recordsPerDiskFault: draw.pick([1_500, 4_000]),
    recordsPerClockFault: draw.pick([1_500, 5_000]),
    recordsPerPartition: draw.pick([2_000, 8_000]),
    recordsPerSnapshot: draw.pick([400, 1_000, 2_500]),
    liePerMille: draw.pick([20, 100, 200]),
    segmentBytes: draw.pick([64, 96, 192]) * 1_024,
    readModels: draw.chance(500),
    fsck: draw.chance(250),
    pauseMs: draw.pick([4_000, 8_000, 16_000]),
    burst: draw.pick([8, 16, 40]),
  }
}
