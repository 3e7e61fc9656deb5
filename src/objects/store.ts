import { createHash, randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../disk/index.ts'
import { Fault, type ByteRange, type ObjectStore } from '../messages/index.ts'
import { available, availableChunks } from './available.ts'
import { PREFIX_BYTES, plainSize } from './frames.ts'
import { sealInto, unsealAll, unsealRange } from './seal.ts'
import { SubjectKeys } from './subject-keys.ts'
import { Turns } from './turns.ts'
import { Uploads } from './uploads.ts'
import { Usages } from './usages.ts'
import type { Place, Vault } from './vault.ts'

const DIGEST = /^[0-9a-f]{64}$/

/**
 * Objects sealed here, with keys that stay here (`keys/<subject>.key`), resting in a vault. Bytes are
 * sealed into a file of `spool` first, because their name is known only at their end: an object
 * appears whole and durable, or not at all.
 * Errors: Fault OBJECT_TOO_LARGE and OBJECT_QUOTA; OBJECTS_UNAVAILABLE when the folder or the vault
 * cannot be used; OBJECT_DAMAGED when a file is not what was written.
 */
export class SealedObjects implements ObjectStore {
  readonly uploads: Uploads
  readonly #folder: string
  readonly #vault: Vault
  readonly #keys: SubjectKeys
  readonly #usages: Usages
  readonly #turns = new Turns()
  #isReady = false

  constructor(folder: string, vault: Vault) {
    this.#folder = folder
    this.#vault = vault
    this.#keys = new SubjectKeys(join(folder, 'keys'))
    this.#usages = new Usages((subject) => this.#list(subject))
    this.uploads = new Uploads(join(folder, 'uploads'), {
      has: (subject, digest) => this.#has(subject, digest),
      keyFor: (subject) => this.#keyFor(subject),
      keep: (subject, sealed) => this.#keep(subject, sealed),
      usage: (subject) => this.#usages.of(subject),
    })
  }

  put(
    subject: number,
    chunks: AsyncIterable<Uint8Array>,
    maxBytes: number,
    quotaBytes?: number,
  ): Promise<{ digest: string; size: number }> {
    return available(async () => {
      const key = await this.#keyFor(subject)
      const path = join(this.#folder, 'spool', `.${randomBytes(12).toString('hex')}`)
      try {
        const file = await open(path, 'wx', 0o600)
        let sealed: { digest: string; size: number }
        try {
          sealed = await sealInto(file, { key, maxBytes }, chunks)
        } finally {
          await file.close()
        }
        if (quotaBytes !== undefined) await this.#mustFit(subject, sealed, quotaBytes)
        await this.#keep(subject, { ...sealed, path })
        return sealed
      } catch (error) {
        await rm(path, { force: true })
        throw error
      }
    })
  }

  get(subject: number, digest: string, range?: ByteRange) {
    return available(async () => {
      const key = DIGEST.test(digest) ? await this.#keys.find(subject) : null
      if (key === null) return null
      const place = placeOf(subject, key, digest)
      const sealed = await this.#vault.size(place)
      if (sealed === null) return null
      const size = plainSize(sealed - PREFIX_BYTES)
      const read = (from: number, to: number) => this.#vault.read(place, from, to)
      const file = { key, digest, sealed, read }
      const chunks =
        range === undefined
          ? unsealAll(file)
          : unsealRange(file, range.from, Math.min(range.to, size))
      return { size, chunks: availableChunks(chunks) }
    })
  }

  list(subject: number) {
    return availableChunks(this.#list(subject))
  }

  usage(subject: number) {
    return available(() => this.#usages.of(subject))
  }

  remove(subject: number, digest: string): Promise<boolean> {
    return available(async () => {
      const key = DIGEST.test(digest) ? await this.#keys.find(subject) : null
      if (key === null) return false
      const place = placeOf(subject, key, digest)
      return this.#turns.take(nameOf(place), async () => {
        const sealed = await this.#vault.size(place)
        if (sealed === null) return false
        await this.#vault.remove(place)
        this.#usages.changed(subject, { objects: -1, bytes: -plainSize(sealed - PREFIX_BYTES) })
        return true
      })
    })
  }

  forget(subject: number): Promise<void> {
    return available(async () => {
      await this.#ready()
      await this.#keys.destroy(subject)
      this.#usages.drop(subject)
      await this.uploads.forget(subject)
      await this.#vault.removeAll(subject)
    })
  }

  async #ready(): Promise<void> {
    if (this.#isReady) return
    for (const name of ['', 'keys', 'data', 'spool']) await makeFolder(join(this.#folder, name))
    this.#isReady = true
  }

  async #keyFor(subject: number): Promise<Uint8Array> {
    await this.#ready()
    return this.#keys.findOrMake(subject)
  }

  /** Is it here, and sealed with the key that is used now? */
  async #has(subject: number, digest: string): Promise<boolean> {
    try {
      const found = await this.get(subject, digest, { from: 0, to: 1 })
      if (found === null) return false
      for await (const _ of found.chunks);
      return true
    } catch (error) {
      if (error instanceof Fault && error.code === 'OBJECT_DAMAGED') return false
      throw error
    }
  }

  /** Two of the same bytes, also at the same time, are one object. */
  async #keep(
    subject: number,
    { digest, size, path }: { digest: string; size: number; path: string },
  ): Promise<void> {
    const place = placeOf(subject, await this.#keyFor(subject), digest)
    await this.#turns.take(nameOf(place), async () => {
      const isNew = (await this.#vault.size(place)) === null
      try {
        await this.#vault.keep(place, path)
      } catch (error) {
        this.#usages.drop(subject)
        throw error
      }
      if (isNew) this.#usages.changed(subject, { objects: 1, bytes: size })
    })
  }

  async #mustFit(
    subject: number,
    { digest, size }: { digest: string; size: number },
    quota: number,
  ): Promise<void> {
    const { bytes: used } = await this.#usages.of(subject)
    if (used + size <= quota || (await this.#has(subject, digest))) return
    throw new Fault('OBJECT_QUOTA', { retryable: false, facts: { size, used, limit: quota } })
  }

  async *#list(subject: number): AsyncGenerator<{ digest: string; size: number }> {
    const key = await this.#keys.find(subject)
    if (key === null) return
    for await (const { digest, sealed } of this.#vault.list(subject, generationOf(key))) {
      yield { digest, size: plainSize(sealed - PREFIX_BYTES) }
    }
  }
}

function placeOf(subject: number, key: Uint8Array, digest: string): Place {
  return { subject, generation: generationOf(key), digest }
}

const nameOf = ({ subject, digest }: Place): string => `${subject}/${digest}`

/** Names a key without telling anything of it. */
function generationOf(key: Uint8Array): string {
  return createHash('sha256').update('suan object key').update(key).digest('hex').slice(0, 16)
}
