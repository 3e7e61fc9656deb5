import type { FileHandle } from 'node:fs/promises'
import { openDurable } from '../disk/index.ts'
import { sparePath, zero } from './segment.ts'

/** the least and the most that a piece holds: what the disk does for it holds up no append for long */
const PIECE_BYTES = 1 << 17
const PIECE_MAX_BYTES = 1 << 20

/**
 * The file that becomes the next segment: zeros, written and made durable piece by piece while the
 * segment before it fills. At once they would keep the disk from appends for as long as it needs for
 * a whole segment.
 */
export class Spare {
  readonly size: number
  readonly #path: string
  #file: FileHandle | null = null
  #zeroed = 0
  #piece: Promise<void> | null = null

  constructor(directory: string, size: number) {
    this.size = size
    this.#path = sparePath(directory)
  }

  /**
   * Begins the next piece if more than one is missing up to `wanted` bytes, unless one is being
   * written. One that fails is begun again.
   */
  grow(wanted: number): void {
    const missing = Math.min(wanted, this.size) - this.#zeroed
    if (missing >= PIECE_BYTES) this.#next(missing).catch(() => {})
  }

  /** The file, once all of it is durable. Rejects with what the disk says; then it is closed. */
  async whole(): Promise<FileHandle> {
    try {
      while (this.#zeroed < this.size) await this.#next(this.size)
      return this.#file!
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#piece?.catch(() => {})
    await this.#file?.close()
  }

  #next(bytes: number): Promise<void> {
    this.#piece ??= this.#writePiece(Math.min(bytes, PIECE_MAX_BYTES)).finally(() => {
      this.#piece = null
    })
    return this.#piece
  }

  async #writePiece(bytes: number): Promise<void> {
    this.#file ??= await openDurable(this.#path, true)
    const until = Math.min(this.size, this.#zeroed + bytes)
    await zero(this.#file, this.#zeroed, until)
    this.#zeroed = until
  }
}
