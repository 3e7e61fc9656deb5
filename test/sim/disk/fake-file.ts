/** An open file of a simulated process: the part of Node's FileHandle that the product uses. */
import type { Inode } from './inode.ts'
import { systemError } from './disk.ts'
import type { Machine, Operation, Place } from './machine.ts'

export class FakeFile {
  readonly inode: Inode | 'folder'
  readonly #machine: Machine
  readonly #place: Place
  /** opened with O_DSYNC: every write is followed by a sync, and each of the two may fail */
  readonly #syncsItself: boolean
  #at = 0
  #closed = false

  constructor(
    machine: Machine,
    place: Place,
    inode: Inode | 'folder',
    { at = 0, syncsItself = false }: { readonly at?: number; readonly syncsItself?: boolean } = {},
  ) {
    this.inode = inode
    this.#machine = machine
    this.#place = place
    this.#at = at
    this.#syncsItself = syncsItself
  }

  // -- as FileHandle ---------------------------------------------------------------------------
  async read(
    buffer: Uint8Array,
    offset = 0,
    length = buffer.length - offset,
    position: number | null = null,
  ): Promise<{ bytesRead: number; buffer: Uint8Array }> {
    return this.#run('read', () => ({
      bytesRead: this.readNow(buffer, offset, length, position),
      buffer,
    }))
  }
  async write(
    bytes: Uint8Array,
    offset = 0,
    length = bytes.length - offset,
    position: number | null = null,
  ): Promise<{ bytesWritten: number; buffer: Uint8Array }> {
    const bytesWritten = await this.#run('write', () =>
      this.writeNow(bytes, offset, length, position),
    )
    if (this.#syncsItself) await this.sync()
    return { bytesWritten, buffer: bytes }
  }
  async writev(
    parts: readonly Uint8Array[],
    position: number | null = null,
  ): Promise<{ bytesWritten: number; buffers: readonly Uint8Array[] }> {
    const bytes = Buffer.concat(parts)
    const { bytesWritten } = await this.write(bytes, 0, bytes.length, position)
    return { bytesWritten, buffers: parts }
  }
  writeFile(bytes: Uint8Array | string): Promise<void> {
    return this.#run('write', () => void this.writeNow(Buffer.from(bytes)))
  }
  datasync(): Promise<void> {
    return this.sync()
  }
  sync(): Promise<void> {
    return this.#run('sync', () => this.syncNow())
  }
  truncate(size = 0): Promise<void> {
    return this.#run('truncate', () => this.#file().truncate(size))
  }
  async stat(): Promise<{ size: number; isDirectory: () => boolean }> {
    return this.#run('read', () => this.statNow())
  }
  async close(): Promise<void> {
    this.#closed = true
  }

  // -- what both forms do ----------------------------------------------------------------------
  readNow(
    bytes: Uint8Array,
    offset = 0,
    length = bytes.length - offset,
    at: number | null = null,
  ): number {
    const found = this.#file().read(at ?? this.#at, length)
    bytes.set(found, offset)
    if (at === null) this.#at += found.length
    return found.length
  }
  writeNow(
    bytes: Uint8Array,
    offset = 0,
    length = bytes.length - offset,
    at: number | null = null,
  ): number {
    const file = this.#file()
    const from = at ?? this.#at
    const end = from + length
    if (this.#machine.disk.isFull && end > file.size) {
      // The part that still fits is written before the error is met, as a short write.
      const fits = Math.max(0, file.size - from)
      if (fits === 0) throw systemError('ENOSPC', this.#place.path)
      file.write(from, bytes.subarray(offset, offset + fits))
      return fits
    }
    file.write(from, bytes.subarray(offset, offset + length))
    if (at === null) this.#at = end
    return length
  }
  syncNow(): void {
    if (this.inode === 'folder') this.#machine.disk.syncFolder(this.#place.path)
    else this.inode.sync()
  }
  statNow(): { size: number; isDirectory: () => boolean } {
    const { inode } = this
    return { size: inode === 'folder' ? 0 : inode.size, isDirectory: () => inode === 'folder' }
  }
  /** The same operations, blocking. */
  now<T>(operation: Operation, work: () => T): T {
    return this.#machine.runNow(this.#place, operation, work)
  }

  #run<T>(operation: Operation, work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(systemError('EBADF', this.#place.path))
    return this.#machine.run(this.#place, operation, work)
  }
  #file(): Inode {
    if (this.inode === 'folder') throw systemError('EISDIR', this.#place.path)
    return this.inode
  }
}
