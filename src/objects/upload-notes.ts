import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../disk/index.ts'
import { unlessMissing } from './missing.ts'

export interface UploadNote {
  readonly id: string
  readonly by: string
  readonly subject: number
  readonly digest: string
  readonly size: number
  isComplete: boolean
  /** when it was last heard of */
  touchedMs: number
}

/** What is known of uploads: in memory, and a file each, so that a restart does not lose them. */
export class UploadNotes {
  readonly #folder: string
  readonly #notes = new Map<string, UploadNote>()
  #reading: Promise<void> | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  async find(id: string): Promise<UploadNote | null> {
    await this.#ready()
    return this.#notes.get(id) ?? null
  }

  async all(): Promise<UploadNote[]> {
    await this.#ready()
    return [...this.#notes.values()]
  }

  async of(subject: number): Promise<UploadNote[]> {
    return (await this.all()).filter((note) => note.subject === subject)
  }

  /** Not synced: after a power cut its sender begins again. */
  async save(note: UploadNote): Promise<void> {
    await this.#ready()
    const path = this.#path(note.id)
    await writeFile(`${path}.new`, JSON.stringify(note), { mode: 0o600 })
    await rename(`${path}.new`, path)
    this.#notes.set(note.id, note)
  }

  async remove(note: UploadNote): Promise<void> {
    await rm(this.#path(note.id), { force: true })
    this.#notes.delete(note.id)
  }

  async #ready(): Promise<void> {
    this.#reading ??= this.#readAll()
    try {
      await this.#reading
    } catch (error) {
      this.#reading = null
      throw error
    }
  }

  async #readAll(): Promise<void> {
    const names = await unlessMissing(readdir(this.#folder))
    if (names === null) return makeFolder(this.#folder)
    for (const name of names.filter((each) => each.endsWith('.json'))) {
      const note = parse(await readFile(join(this.#folder, name), 'utf8'))
      if (note !== null) this.#notes.set(note.id, note)
    }
    // What a power cut left without its note is of no use.
    for (const name of names) {
      if (!this.#notes.has(name.split('.')[0] ?? '')) await rm(join(this.#folder, name))
    }
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`)
  }
}

function parse(text: string): UploadNote | null {
  try {
    return JSON.parse(text) as UploadNote
  } catch {
    return null
  }
}
