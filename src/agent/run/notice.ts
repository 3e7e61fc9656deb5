/** The notice of a lease's end: where the daemon leaves it, and how programs come to see it. */
import { existsSync, rmSync } from 'node:fs'
import { bootId, monotonicMs } from '../clock.ts'
import { writeWhole, wroteUnlessFull } from '../files.ts'
import { leasePaths, readNotice, workloadPaths, type NoticeText } from '../lease-folder.ts'
import type { Running } from './plan.ts'

/** Clocks that are read anew differ by less: it is the same notice. */
const SAME_MS = 2_000

/**
 * Says what the programs of a lease are told once this machine's monotonic clock shows `fromMs`; null
 * takes back what was said.
 */
export function setNotice(leaseFolder: string, notice: NoticeText | null, fromMs = 0): void {
  const path = leasePaths(leaseFolder).notice
  if (notice === null) return rmSync(path, { force: true })
  const old = readNotice(leaseFolder)
  const isSame = old?.bootId === bootId() && Math.abs(old.fromMs - fromMs) < SAME_MS
  if (isSame && textOf(old.notice) === textOf(notice)) return
  writeWhole(path, JSON.stringify({ bootId: bootId(), fromMs, notice }))
}

/** What one workload is told, in the hands of its supervisor. */
export class Notice {
  readonly #lease: string
  readonly #path: string
  readonly #running: Pick<Running, 'tell'>
  /** undefined: what an earlier supervisor told is not known */
  #told: string | null | undefined

  constructor(folder: string, running: Pick<Running, 'tell'>) {
    this.#lease = workloadPaths(folder).lease
    this.#path = workloadPaths(folder).notice
    this.#running = running
    if (!existsSync(this.#path)) this.#told = null
  }

  /** Tells it what is due now, where it is not told already; where the disk is full, at a later look. */
  look(now = monotonicMs()): void {
    const due = this.#due(now)
    if (due === this.#told || !wroteUnlessFull(() => this.#place(due))) return
    this.#running.tell?.(due)
    this.#told = due
  }

  #due(now: number): string | null {
    const order = readNotice(this.#lease)
    const isDue = order !== null && order.bootId === bootId() && now >= order.fromMs
    return isDue ? textOf(order.notice) : null
  }

  #place(text: string | null): void {
    if (text === null) rmSync(this.#path, { force: true })
    else writeWhole(this.#path, text, 0o644)
  }
}

const textOf = (notice: NoticeText): string => `${JSON.stringify(notice)}\n`
