import { posix } from 'node:path'
import type { Draw } from '../draw.ts'
import { Inode, type Tear } from './inode.ts'

type Entry = Inode | 'folder'

/** A change of a folder's names that is not on the platter yet. */
interface Renaming {
  readonly folder: string
  readonly undo: () => void
}

/** An error as the system would give it. */
export function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, path, syscall: 'sim' })
}

/** Files and folders of a machine, with everything that a power cut may undo. */
export class Disk {
  /** no byte more than there are */
  isFull = false
  readonly #entries = new Map<string, Entry>([['/', 'folder']])
  #unsynced: Renaming[] = []

  find(path: string): Entry | undefined {
    return this.#entries.get(path)
  }
  file(path: string): Inode {
    const found = this.#entries.get(path)
    if (found === undefined) throw systemError('ENOENT', path)
    if (found === 'folder') throw systemError('EISDIR', path)
    return found
  }
  create(path: string): Inode {
    this.#mustBeFolder(posix.dirname(path))
    const made = new Inode()
    this.#set(path, made)
    return made
  }
  makeFolder(path: string): void {
    this.#mustBeFolder(posix.dirname(path))
    if (this.#entries.has(path)) throw systemError('EEXIST', path)
    // What was in another folder of this name does not come back into this one.
    this.#unsynced = this.#unsynced.filter(({ folder }) => folder !== path)
    this.#set(path, 'folder')
  }
  list(path: string): string[] {
    this.#mustBeFolder(path)
    const head = path === '/' ? '/' : `${path}/`
    return [...this.#entries.keys()]
      .filter(
        (name) => name !== '/' && name.startsWith(head) && !name.slice(head.length).includes('/'),
      )
      .map((name) => name.slice(head.length))
      .toSorted()
  }
  rename(from: string, to: string): void {
    const moved = this.file(from)
    const replaced = this.#entries.get(to)
    this.#entries.delete(from)
    this.#entries.set(to, moved)
    this.#unsynced.push({
      folder: posix.dirname(to),
      undo: () => {
        this.#put(to, replaced)
        this.#put(from, moved)
      },
    })
  }
  link(from: string, to: string): void {
    if (this.#entries.has(to)) throw systemError('EEXIST', to)
    this.#set(to, this.file(from))
  }
  remove(path: string): void {
    if (!this.#entries.has(path)) throw systemError('ENOENT', path)
    this.#set(path, undefined)
  }
  /** The file, or the folder with everything in it. */
  removeTree(path: string): void {
    if (this.find(path) === 'folder') {
      for (const name of this.list(path)) this.removeTree(`${path}/${name}`)
    }
    this.remove(path)
  }
  syncFolder(path: string): void {
    this.#mustBeFolder(path)
    this.#unsynced = this.#unsynced.filter(({ folder }) => folder !== path)
  }
  /** Everything is on the platter, as after a long quiet time. */
  syncAll(): void {
    for (const entry of this.#entries.values()) if (entry !== 'folder') entry.sync()
    this.#unsynced = []
  }

  /** The power fails: of what was not synced a part is left. */
  cut(draw: Draw): void {
    const kept = draw.below(this.#unsynced.length + 1)
    for (const { undo } of this.#unsynced.slice(kept).toReversed()) undo()
    this.#unsynced = []
    const tears: readonly (readonly [number, Tear])[] = [
      [2, 'nothing'],
      [1, 'everything'],
      [4, 'sectors'],
    ]
    const files = new Set<Inode>()
    for (const entry of this.#entries.values()) if (entry !== 'folder') files.add(entry)
    for (const file of files) if (!file.isSynced) file.cut(draw, draw.weighted(tears))
    this.#dropOrphans()
  }

  #set(path: string, entry: Entry | undefined): void {
    const before = this.#entries.get(path)
    this.#put(path, entry)
    this.#unsynced.push({ folder: posix.dirname(path), undo: () => this.#put(path, before) })
  }
  #put(path: string, entry: Entry | undefined): void {
    if (entry === undefined) this.#entries.delete(path)
    else this.#entries.set(path, entry)
  }
  /** What lay in a folder whose own name was lost. */
  #dropOrphans(): void {
    for (const path of [...this.#entries.keys()].toSorted()) {
      if (path !== '/' && !this.#entries.has(posix.dirname(path))) this.#entries.delete(path)
    }
  }
  #mustBeFolder(path: string): void {
    const found = this.#entries.get(path)
    if (found === undefined) throw systemError('ENOENT', path)
    if (found !== 'folder') throw systemError('ENOTDIR', path)
  }
}
