import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeAll } from '../disk/index.ts'
import { unlessMissing } from './missing.ts'

const KEY_BYTES = 32

/** One random key a subject, each in a file of its own; without it the subject's objects are noise. */
export class SubjectKeys {
  readonly #folder: string
  /** whose keys have durable names: a process before this one may have died before it saw to that */
  readonly #durable = new Set<number>()

  /** The folder is there, and its name is durable. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The key; null when the subject has none, or it was destroyed. */
  async find(subject: number): Promise<Uint8Array | null> {
    return unlessMissing(readFile(this.#path(subject)))
  }

  /** The key, made and durable when there was none. */
  async findOrMake(subject: number): Promise<Uint8Array> {
    if ((await this.find(subject)) === null) await this.#make(subject)
    if (!this.#durable.has(subject)) await syncFolder(this.#folder)
    this.#durable.add(subject)
    return readFile(this.#path(subject))
  }

  async #make(subject: number): Promise<void> {
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
  }

  /** Overwrites and removes the key, and what an attempt that was cut short has left of one. */
  async destroy(subject: number): Promise<void> {
    const doomed = join(this.#folder, `.${subject}.doomed`)
    this.#durable.delete(subject)
    await this.#overwrite(doomed)
    // Its name goes first, durably: a key that is half overwritten must never be used again.
    await unlessMissing(rename(this.#path(subject), doomed))
    await syncFolder(this.#folder)
    await this.#overwrite(doomed)
    await syncFolder(this.#folder)
  }

  async #overwrite(path: string): Promise<void> {
    const file = await unlessMissing(open(path, 'r+'))
    if (file === null) return
    try {
      await writeAll(file, randomBytes(KEY_BYTES), 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await rm(path)
  }

  #path(subject: number): string {
    return join(this.#folder, `${subject}.key`)
  }
}
