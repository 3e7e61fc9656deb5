import type { FileHandle } from 'node:fs/promises'
import { openDurable } from '../disk/index.ts'
import { sparePath, zero } from './segment.ts'

/** as much as one piece holds: what the disk does for it holds up no append for long */
const PIECE_BYTES = 1 << 20

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

  /** Begins the next piece unless one is being written. One that fails is begun again. */
  grow(): void {
    if (this.#zeroed < this.size) this.#next().catch(() => {})
  }

  /** The file, once all of it is durable. Rejects with what the disk says; then it is closed. */
  async whole(): Promise<FileHandle> {
    try {
      while (this.#zeroed < this.size) await this.#next()
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

  #next(): Promise<void> {
    this.#piece ??= this.#writePiece().finally(() => {
      this.#piece = null
    })
    return this.#piece
  }

  async #writePiece(): Promise<void> {
    this.#file ??= await openDurable(this.#path, true)
    const until = Math.min(this.size, this.#zeroed + PIECE_BYTES)
    await zero(this.#file, this.#zeroed, until)
    this.#zeroed = until
  }
}
