import { createHash, randomBytes, type Hash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { Fault } from '../messages/index.ts'
import { writeAll } from '../disk/index.ts'
import { FRAME_BYTES, PREFIX_BYTES, TAG_BYTES, openFrame, sealFrame } from './frames.ts'

const SEALED_FRAME = FRAME_BYTES + TAG_BYTES

/**
 * A sealed file that grows: the same as one made at once, because its size is known from the start.
 * It grows by whole frames; what a sender had sent of the next one is sent again.
 */
export class UploadFile {
  readonly path: string
  /** nothing had come when it was opened */
  readonly isNew: boolean
  readonly #key: Uint8Array
  readonly #size: number
  readonly #prefix: Buffer
  readonly #hash: Hash = createHash('sha256')
  #frames = 0
  #offset = 0

  private constructor(path: string, key: Uint8Array, size: number, prefix: Buffer | null) {
    this.path = path
    this.#key = key
    this.#size = size
    this.isNew = prefix === null
    this.#prefix = prefix ?? randomBytes(PREFIX_BYTES)
  }

  /** Opens what is there of it, up to the first frame that is not whole; or a new one. */
  static async open(path: string, key: Uint8Array, size: number): Promise<UploadFile> {
    const file = await open(path, 'a+', 0o600)
    try {
      const prefix = Buffer.alloc(PREFIX_BYTES)
      const { bytesRead } = await file.read(prefix, 0, PREFIX_BYTES, 0)
      const upload = new UploadFile(path, key, size, bytesRead < PREFIX_BYTES ? null : prefix)
      if (!upload.isNew) await upload.#takeUp(file)
      return upload
    } finally {
      await file.close()
    }
  }

  /** plain bytes that are here */
  get offset(): number {
    return this.#offset
  }

  /** Takes bytes that follow. Throws Fault OBJECT_TOO_LARGE past the size, and what the sender throws. */
  async append(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const file = await open(this.path, 'r+')
    try {
      if (this.#frames === 0) await writeAll(file, this.#prefix, 0)
      let waiting = Buffer.alloc(0)
      for await (const chunk of until(signal, chunks)) {
        const size = this.#offset + waiting.length + chunk.length
        if (size > this.#size) {
          const facts = { size, limit: this.#size }
          throw new Fault('OBJECT_TOO_LARGE', { retryable: false, facts })
        }
        waiting = Buffer.concat([waiting, chunk])
        for (let next = this.#next(); next > 0 && waiting.length >= next; next = this.#next()) {
          await this.#write(file, waiting.subarray(0, next))
          waiting = waiting.subarray(next)
        }
      }
      // Nothing is an object too: one empty frame.
      if (this.#size === 0 && this.#frames === 0) await this.#write(file, waiting)
    } finally {
      await file.close()
    }
  }

  /** Makes it durable; the digest of all that came. */
  async finish(): Promise<string> {
    const file = await open(this.path, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    // It may be asked again: when the vault could not take the file.
    return this.#hash.copy().digest('hex')
  }

  /** plain bytes of the next frame, 0 when there is none */
  #next(): number {
    return Math.min(FRAME_BYTES, this.#size - this.#offset)
  }

  async #write(file: FileHandle, plain: Uint8Array): Promise<void> {
    const isLast = this.#offset + plain.length === this.#size
    const [key, prefix, frame] = [this.#key, this.#prefix, this.#frames]
    const sealed = sealFrame({ key, prefix, frame, isLast }, plain)
    await writeAll(file, sealed, PREFIX_BYTES + frame * SEALED_FRAME)
    this.#took(plain)
  }

  #took(plain: Uint8Array): void {
    this.#hash.update(plain)
    this.#offset += plain.length
    this.#frames++
  }

  async #takeUp(file: FileHandle): Promise<void> {
    const sealed = Buffer.alloc(SEALED_FRAME)
    for (let next = this.#next(); next > 0; next = this.#next()) {
      const at = PREFIX_BYTES + this.#frames * SEALED_FRAME
      const { bytesRead } = await file.read(sealed, 0, next + TAG_BYTES, at)
      if (bytesRead < next + TAG_BYTES) return
      const isLast = this.#offset + next === this.#size
      const [key, prefix, frame] = [this.#key, this.#prefix, this.#frames]
      try {
        this.#took(openFrame({ key, prefix, frame, isLast }, sealed.subarray(0, bytesRead)))
      } catch {
        // Torn by a power cut: it is sent again from here.
        return
      }
    }
  }
}

/** Chunks until the signal: then as if the sender had broken off. */
async function* until(
  signal: AbortSignal,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]()
  let give = (): void => {}
  const aborted = new Promise<'aborted'>((resolve) => (give = () => resolve('aborted')))
  signal.addEventListener('abort', give, { once: true })
  if (signal.aborted) give()
  try {
    for (;;) {
      const next = await Promise.race([source.next(), aborted])
      if (next === 'aborted') throw new Fault('UPLOAD_OFFSET', { facts: { offset: 0 } })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', give)
    void source.return?.()
  }
}
