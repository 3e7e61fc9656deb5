/** Read models in a folder: PGlite, never trusted further than it deserves (see marker.ts). */
import { mkdirSync } from 'node:fs'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { lockFolder } from '../disk/index.ts'
import type { Home } from './home.ts'
import { bootId, isTrusted, readMarker, writeMarker } from './marker.ts'
import type { Store } from './store.ts'
import { syncTree } from './sync-tree.ts'

/** Opens a PGlite folder in this thread or in a worker; `stop` ends a worker that is not done yet. */
export interface Opener {
  /** Makes a closed database with empty tables in a new folder; takes about 5 s. */
  create(folder: string, stop: AbortSignal): Promise<void>
  /** Opens a database made by `create`; rejects when it is damaged or of another schema. */
  open(folder: string, stop: AbortSignal): Promise<Store>
}

export interface FolderOptions {
  /** folder of the read models; everything in it is theirs and may be deleted */
  readonly folder: string
  readonly opener: Opener
  /** a closed database made by `create`, to be copied instead of making one */
  readonly template: string | null
}

const NAMES = ['a', 'b'] as const

export class FolderHome implements Home {
  readonly #options: FolderOptions
  readonly #root: string
  readonly #unlock: () => void
  readonly #open = new Map<Store, string>()
  readonly #stop = new AbortController()
  #current: Store | null = null

  /** Takes the folder's lock. Throws Fault('READ_MODELS_LOCKED') when another process has it. */
  constructor(options: FolderOptions) {
    this.#options = options
    this.#root = options.folder
    mkdirSync(this.#root, { recursive: true, mode: 0o700 })
    this.#unlock = lockFolder(this.#root, 'READ_MODELS_LOCKED')
  }

  async open(): Promise<Store> {
    await this.#closeAll()
    this.#current = (await this.#openTrusted()) ?? (await this.#startAnew())
    return this.#current
  }

  async createNext(): Promise<Store> {
    const taken = new Set(this.#open.values())
    const name = NAMES.find((free) => !taken.has(free))
    if (name === undefined) throw new Error('there is a next store already')
    return this.#create(name)
  }

  /** The marker moves first: after a crash here the old folder is only rubbish. */
  async adopt(next: Store): Promise<Store> {
    const old = this.#current
    this.#mark(this.#open.get(next) ?? '', false)
    this.#current = next
    if (old !== null) await this.#drop(old)
    return next
  }

  async #drop(store: Store): Promise<void> {
    const name = this.#open.get(store)
    this.#open.delete(store)
    await store.close()
    if (name !== undefined) await rm(join(this.#root, name), { recursive: true, force: true })
  }

  interrupt(): void {
    this.#stop.abort()
  }

  async close(): Promise<void> {
    const name = this.#current === null ? undefined : this.#open.get(this.#current)
    const whole = this.#current !== null && !this.#current.broken
    await this.#closeAll()
    if (name !== undefined && whole) {
      await syncTree(join(this.#root, name))
      this.#mark(name, true)
    }
    this.#unlock()
  }

  /** Null when there is nothing, or nothing that may be trusted, or it does not open. */
  async #openTrusted(): Promise<Store | null> {
    const marker = readMarker(this.#root)
    if (marker === null || !isTrusted(marker)) return null
    this.#mark(marker.folder, false)
    try {
      return await this.#openFolder(marker.folder)
    } catch {
      return null
    }
  }

  async #startAnew(): Promise<Store> {
    for (const name of await readdir(this.#root)) {
      if (name !== 'lock') await rm(join(this.#root, name), { recursive: true, force: true })
    }
    const store = await this.#create(NAMES[0])
    this.#mark(NAMES[0], false)
    return store
  }

  async #create(name: string): Promise<Store> {
    const folder = join(this.#root, name)
    await rm(folder, { recursive: true, force: true })
    const { template, opener } = this.#options
    if (template === null) await opener.create(folder, this.#stop.signal)
    else await cp(template, folder, { recursive: true })
    return this.#openFolder(name)
  }

  async #openFolder(name: string): Promise<Store> {
    const store = await this.#options.opener.open(join(this.#root, name), this.#stop.signal)
    this.#open.set(store, name)
    return store
  }

  async #closeAll(): Promise<void> {
    const stores = [...this.#open.keys()]
    this.#open.clear()
    this.#current = null
    await Promise.all(stores.map((store) => store.close()))
  }

  #mark(folder: string, clean: boolean): void {
    writeMarker(this.#root, { folder, bootId: bootId(), clean })
  }
}
