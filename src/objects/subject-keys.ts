import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeAll } from '../disk/index.ts'

const KEY_BYTES = 32

/** One random key a subject, each in a file of its own; without it the subject's objects are noise. */
export class SubjectKeys {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The key; null when the subject has none, or it was destroyed. */
  async find(subject: number): Promise<Uint8Array | null> {
    try {
      return await readFile(this.#path(subject))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  /** The key, made and durable when there was none. */
  async findOrMake(subject: number): Promise<Uint8Array> {
    const known = await this.find(subject)
    if (known !== null) return known
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const temporary = join(this.#folder, `.${randomBytes(12).toString('hex')}`)
    try {
      const file = await open(temporary, 'wx', 0o600)
      try {
        await writeAll(file, randomBytes(KEY_BYTES), 0)
        await file.sync()
      } finally {
        await file.close()
      }
      // The name appears with the whole key or not at all.
      await link(temporary, this.#path(subject))
    } catch (error) {
      // Made by another request meanwhile: that one is the key.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      await rm(temporary, { force: true })
    }
    await syncFolder(this.#folder)
    return readFile(this.#path(subject))
  }

  /** Overwrites and removes the key. */
  async destroy(subject: number): Promise<void> {
    if ((await this.find(subject)) === null) return
    const file = await open(this.#path(subject), 'r+')
    try {
      await file.write(randomBytes(KEY_BYTES), 0, KEY_BYTES, 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await rm(this.#path(subject))
    await syncFolder(this.#folder)
  }

  #path(subject: number): string {
    return join(this.#folder, `${subject}.key`)
  }
}
