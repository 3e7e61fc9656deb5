/** Decides when a snapshot is due, and has it made away from the engine's thread. */
import type { EngineDoor } from '../messages/index.ts'
import { systemClock, type Clock } from './clock.ts'
import type { SnapshotMade } from './make-snapshot.ts'

const EVERY_RECORDS = 50_000
const EVERY_MS = 10 * 60 * 1_000
const LOOK_MS = 10_000

export interface ReplicaOptions {
  readonly engine: Pick<EngineDoor, 'durableSeq'>
  /** seq of the newest snapshot at the start */
  readonly snapshotSeq: number
  /** makes one snapshot; a `SnapshotThread` in a real exchange */
  readonly make: () => Promise<SnapshotMade | null>
  readonly report: (result: SnapshotMade | Error) => void
  readonly clock?: Clock
  readonly everyRecords?: number
  readonly everyMs?: number
}

/**
 * Makes a snapshot after so many records (50,000) or so much time (10 minutes), whichever is first,
 * one at a time. A failed one is reported and tried again when the next is due. `stop` resolves when
 * none is being made.
 */
export function startReplica(options: ReplicaOptions): { readonly stop: () => Promise<void> } {
  const { engine, make, report } = options
  const clock = options.clock ?? systemClock
  const everyRecords = options.everyRecords ?? EVERY_RECORDS
  const everyUs = (options.everyMs ?? EVERY_MS) * 1_000
  let madeSeq = options.snapshotSeq
  let madeUs = clock.nowUs()
  let making: Promise<void> | null = null
  let cancel = (): void => {}

  const isDue = (): boolean => {
    const behind = engine.durableSeq() - madeSeq
    return behind >= everyRecords || (behind > 0 && clock.nowUs() - madeUs >= everyUs)
  }
  const makeOne = async (): Promise<void> => {
    madeUs = clock.nowUs()
    try {
      const made = await make()
      madeSeq = made?.seq ?? madeSeq
      if (made !== null) report(made)
    } catch (error) {
      madeSeq = engine.durableSeq()
      report(error as Error)
    }
  }
  const look = (): void => {
    if (making === null && isDue()) {
      making = makeOne().finally(() => {
        making = null
      })
    }
    cancel = clock.after(LOOK_MS, look)
  }
  cancel = clock.after(LOOK_MS, look)
  return {
    stop: async () => {
      cancel()
      await making
    },
  }
}
