import type { FileHandle } from 'node:fs/promises'

const WINDOW_BYTES = 1 << 20

/** Random reads of a file that are mostly sequential: keeps the last megabyte read. */
export class FileWindow {
  readonly size: number
  readonly #handle: FileHandle
  #buffer: Buffer = Buffer.alloc(0)
  #from = 0

  /** Sees only the first `size` bytes of the file. */
  constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.size = size
  }

  /**
   * `length` bytes at `at`, or null when they are not all within the file. The bytes stay as they
   * are: every window is a buffer of its own.
   */
  async bytes(at: number, length: number): Promise<Buffer | null> {
    if (at + length > this.size) return null
    const held = this.held(at, length)
    if (held !== null) return held
    await this.#fill(at, length)
    return this.held(at, length)
  }

  /** The same at once, or null when they are not in memory; most are, and waiting costs more than they. */
  held(at: number, length: number): Buffer | null {
    const start = at - this.#from
    const end = start + length
    if (start < 0 || end > this.#buffer.length) return null
    return this.#buffer.subarray(start, end)
  }

  async #fill(at: number, length: number): Promise<void> {
    const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.size - at)
    const buffer = Buffer.allocUnsafeSlow(wanted)
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await this.#handle.read(buffer, filled, wanted - filled, at + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    this.#buffer = buffer.subarray(0, filled)
    this.#from = at
  }
}
