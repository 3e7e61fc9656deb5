import type { Draw } from '../draw.ts'

const SECTOR_BYTES = 512

/** A write that is not on the platter yet: where, and what was there before. */
interface Unsynced {
  readonly at: number
  readonly length: number
  /** null: zeros */
  readonly before: Uint8Array | null
}

/** How much of the unsynced writes a power cut leaves: nothing, everything, or sectors by chance. */
export type Tear = 'nothing' | 'everything' | 'sectors'

/** A file: what processes see of it, and what a power cut would make of it. */
export class Inode {
  #bytes = Buffer.alloc(4_096)
  #size = 0
  #syncedSize = 0
  #unsynced: Unsynced[] = []
  /** written, reported as failed at a sync, and forgotten by the system: never on the platter */
  #dropped: Unsynced[] = []

  get size(): number {
    return this.#size
  }
  get isSynced(): boolean {
    return this.#unsynced.length === 0 && this.#dropped.length === 0
  }

  read(at: number, length: number): Uint8Array {
    return this.#bytes.subarray(at, Math.min(this.#size, at + length))
  }
  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length
    this.#grow(end)
    const isNew = at >= this.#syncedSize
    const before = isNew ? null : Buffer.from(this.#bytes.subarray(at, end))
    this.#unsynced.push({ at, length: bytes.length, before })
    this.#bytes.set(bytes, at)
    this.#size = Math.max(this.#size, end)
  }
  truncate(size: number): void {
    if (size < this.#size) this.write(size, Buffer.alloc(this.#size - size))
    else this.#grow(size)
    this.#size = size
  }
  sync(): void {
    const written = this.#unsynced
    this.#dropped = this.#dropped.filter(({ at, length }) => {
      return !written.some((one) => one.at <= at && one.at + one.length >= at + length)
    })
    this.#unsynced = []
    this.#syncedSize = this.#size
  }
  /** A sync that fails: the system calls the pages clean and forgets that they were not written. */
  drop(): void {
    this.#dropped.push(...this.#unsynced)
    this.#unsynced = []
  }

  /** What is left after the power cut is what everyone sees from now on. */
  cut(draw: Draw, tear: Tear): void {
    const kept = new Map<number, boolean>()
    const keeps = (sector: number): boolean => {
      if (tear !== 'sectors') return tear === 'everything'
      const known = kept.get(sector)
      if (known !== undefined) return known
      const isKept = draw.chance(500)
      kept.set(sector, isKept)
      return isKept
    }
    for (const write of this.#unsynced.toReversed()) this.#revert(write, keeps)
    for (const write of this.#dropped.toReversed()) this.#revert(write, () => false)
    const size = tear === 'everything' || (tear === 'sectors' && draw.chance(500))
    if (!size) this.#resize(this.#syncedSize)
    this.#unsynced = []
    this.#dropped = []
    this.#syncedSize = this.#size
  }

  #revert(write: Unsynced, keeps: (sector: number) => boolean): void {
    const end = write.at + write.length
    for (let at = write.at; at < end;) {
      const sector = Math.floor(at / SECTOR_BYTES)
      const until = Math.min(end, (sector + 1) * SECTOR_BYTES)
      if (!keeps(sector)) {
        if (write.before === null) this.#bytes.fill(0, at, until)
        else this.#bytes.set(write.before.subarray(at - write.at, until - write.at), at)
      }
      at = until
    }
  }
  #resize(size: number): void {
    if (size < this.#size) this.#bytes.fill(0, size, this.#size)
    this.#grow(size)
    this.#size = size
  }
  #grow(capacity: number): void {
    if (capacity <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(capacity, 2 * this.#bytes.length))
    larger.set(this.#bytes.subarray(0, this.#size))
    this.#bytes = larger
  }
}
