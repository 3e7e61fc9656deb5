import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFileSync, syncFolderSync } from '../disk/index.ts'

/** Until when the engine was alive before this start, and whether it stopped on purpose. */
export interface Liveness {
  /** microseconds of the last sign of life before this start; null when there is none */
  readonly aliveUntilUs: number | null
  readonly stoppedCleanly: boolean
  /** A sign of life. Not synced: after a power cut the gap looks a little longer than it was. */
  readonly touch: (timeUs: number) => void
  /** Durable when it returns; the next sign of life takes it back. */
  readonly markClean: (timeUs: number) => void
}

/** Liveness in the files `alive` (decimal microseconds) and `clean` of a folder. */
export function openLiveness(options: { readonly directory: string }): Liveness {
  const { directory } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const alive = join(directory, 'alive')
  const clean = join(directory, 'clean')
  let isMarked = existsSync(clean)
  return {
    aliveUntilUs: readTime(isMarked ? clean : alive),
    stoppedCleanly: isMarked,
    touch: (timeUs) => {
      try {
        writeFileSync(alive, String(timeUs))
      } catch {
        // A full disk shows at the journal. A missed sign only makes the next gap look longer.
      }
      if (!isMarked) return
      rmSync(clean, { force: true })
      syncFolderSync(directory)
      isMarked = false
    },
    markClean: (timeUs) => {
      replaceFileSync(clean, Buffer.from(String(timeUs)))
      isMarked = true
    },
  }
}

/** Liveness in memory; the object given is what survives a restart. */
export function memoryLiveness(kept: { aliveUntilUs: number | null; clean: boolean }): Liveness {
  return {
    aliveUntilUs: kept.aliveUntilUs,
    stoppedCleanly: kept.clean,
    touch: (timeUs) => {
      kept.aliveUntilUs = timeUs
      kept.clean = false
    },
    markClean: (timeUs) => {
      kept.aliveUntilUs = timeUs
      kept.clean = true
    },
  }
}

function readTime(path: string): number | null {
  if (!existsSync(path)) return null
  // A file torn by a power cut is empty or short of digits: then nothing is known.
  const text = readFileSync(path, 'utf8')
  const timeUs = Number(text)
  return /^\d{15,16}$/.test(text) && Number.isSafeInteger(timeUs) ? timeUs : null
}
