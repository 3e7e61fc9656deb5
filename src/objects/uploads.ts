import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, type UploadRequest, type UploadState, type UploadStore } from '../messages/index.ts'
import { available } from './available.ts'
import { UploadFile } from './upload-file.ts'
import { UploadNotes, type UploadNote } from './upload-notes.ts'
import { Turns } from './turns.ts'

/** at a time, of one subject */
const OPEN_UPLOADS = 256
const KEPT_MS = 24 * 3_600_000

/** What uploads need of the store that they end in. */
export interface UploadHost {
  has(subject: number, digest: string): Promise<boolean>
  keyFor(subject: number): Promise<Uint8Array>
  keep(
    subject: number,
    sealed: { readonly digest: string; readonly size: number; readonly path: string },
  ): Promise<void>
  usage(subject: number): Promise<{ readonly bytes: number }>
}

/** Uploads as files of a folder: a note of what is wanted, and what has come of it, sealed. */
export class Uploads implements UploadStore {
  readonly #folder: string
  readonly #host: UploadHost
  readonly #notes: UploadNotes
  readonly #turns = new Turns()
  /** who sends now, by upload: a later connection takes its place */
  readonly #senders = new Map<string, AbortController>()
  /** how far each is that was looked at since the start */
  readonly #files = new Map<string, UploadFile>()

  constructor(folder: string, host: UploadHost) {
    this.#folder = folder
    this.#host = host
    this.#notes = new UploadNotes(folder)
  }

  begin(request: UploadRequest): Promise<UploadState> {
    return available(async () => {
      const { by, subject, digest, size } = request
      await this.#sweep()
      const isComplete = await this.#host.has(subject, digest)
      if (!isComplete) await this.#mustFit(request)
      const id = randomBytes(16).toString('base64url')
      const note = { id, by, subject, digest, size, isComplete, touchedMs: Date.now() }
      await this.#notes.save(note)
      return stateOf(note, isComplete ? size : 0)
    })
  }

  find(id: string, by: string): Promise<UploadState | null> {
    return available(async () => {
      const note = await this.#noteOf(id, by)
      if (note === null) return null
      // Who asks has lost the connection on which bytes may still seem to come.
      this.#senders.get(id)?.abort()
      return this.#turns.take(id, () => this.#state(note))
    })
  }

  append(
    id: string,
    by: string,
    offset: number,
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<UploadState> {
    return available(async () => {
      const note = await this.#noteOf(id, by)
      if (note === null)
        throw new Fault('NOT_FOUND', { retryable: false, facts: { what: 'upload', id } })
      this.#senders.get(id)?.abort()
      const sender = new AbortController()
      this.#senders.set(id, sender)
      try {
        return await this.#turns.take(id, () => this.#append(note, offset, chunks, sender.signal))
      } finally {
        if (this.#senders.get(id) === sender) this.#senders.delete(id)
      }
    })
  }

  drop(id: string, by: string): Promise<boolean> {
    return available(async () => {
      const note = await this.#noteOf(id, by)
      if (note === null) return false
      this.#senders.get(id)?.abort()
      await this.#turns.take(id, () => this.#remove(note))
      return true
    })
  }

  /** Drops all of a subject. */
  async forget(subject: number): Promise<void> {
    for (const note of await this.#notes.of(subject)) await this.#remove(note)
  }

  async #append(
    note: UploadNote,
    offset: number,
    chunks: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<UploadState> {
    // 1. The bytes must go on where the upload stands.
    const before = await this.#state(note)
    if (before.isComplete) return before
    if (before.offset !== offset) {
      throw new Fault('UPLOAD_OFFSET', { retryable: false, facts: { offset: before.offset } })
    }
    // 2. What comes is kept as it comes.
    const file = await this.#fileOf(note)
    note.touchedMs = Date.now()
    await file.append(chunks, signal)
    if (file.offset < note.size) return stateOf(note, file.offset)
    // 3. All of it is here: only the right bytes become an object.
    if ((await file.finish()) !== note.digest) {
      await this.#clear(note)
      throw new Fault('OBJECT_DIGEST', { retryable: false, facts: { digest: note.digest } })
    }
    const { subject, digest, size } = note
    await this.#host.keep(subject, { digest, size, path: file.path })
    this.#files.delete(note.id)
    note.isComplete = true
    await this.#notes.save(note)
    return stateOf(note, size)
  }

  async #state(note: UploadNote): Promise<UploadState> {
    if (note.isComplete) return stateOf(note, note.size)
    const file = await this.#fileOf(note)
    const { subject, digest, size } = note
    // The process may have ended between the object and the note of it.
    if (file.isNew && (await this.#host.has(subject, digest))) {
      note.isComplete = true
      await this.#notes.save(note)
      return stateOf(note, size)
    }
    return stateOf(note, file.offset)
  }

  async #fileOf(note: UploadNote): Promise<UploadFile> {
    const known = this.#files.get(note.id)
    if (known !== undefined) return known
    const key = await this.#host.keyFor(note.subject)
    const file = await UploadFile.open(join(this.#folder, `${note.id}.part`), key, note.size)
    this.#files.set(note.id, file)
    return file
  }

  async #noteOf(id: string, by: string): Promise<UploadNote | null> {
    const note = await this.#notes.find(id)
    return note?.by === by ? note : null
  }

  async #mustFit({ subject, size, quotaBytes }: UploadRequest): Promise<void> {
    const open = (await this.#notes.of(subject)).filter((note) => !note.isComplete)
    if (open.length >= OPEN_UPLOADS) {
      const facts = { what: 'uploads', limit: OPEN_UPLOADS }
      throw new Fault('LIMIT_REACHED', { retryable: false, facts })
    }
    if (quotaBytes === undefined) return
    const coming = open.reduce((sum, note) => sum + note.size, 0)
    const used = (await this.#host.usage(subject)).bytes + coming
    if (used + size <= quotaBytes) return
    const facts = { size, used, limit: quotaBytes }
    throw new Fault('OBJECT_QUOTA', { retryable: false, facts })
  }

  async #sweep(): Promise<void> {
    const oldest = Date.now() - KEPT_MS
    for (const note of await this.#notes.all()) {
      if (note.touchedMs < oldest && !this.#senders.has(note.id)) await this.#remove(note)
    }
  }

  async #remove(note: UploadNote): Promise<void> {
    await this.#notes.remove(note)
    await this.#clear(note)
  }

  async #clear({ id }: UploadNote): Promise<void> {
    this.#files.delete(id)
    await rm(join(this.#folder, `${id}.part`), { force: true })
  }
}

function stateOf(
  { id, subject, digest, size, isComplete }: UploadNote,
  offset: number,
): UploadState {
  return { id, subject, digest, size, offset, isComplete }
}
