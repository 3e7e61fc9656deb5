/** The few file operations that make things survive a power cut. */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/** as much as one piece holds */
const PIECE_BYTES = 1 << 20

/** Makes the names in a folder durable: a new or renamed file is safe only after this. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes a folder for its owner alone, and its own name durable: with the name a power cut would take
 * everything in it, however well that was synced. Folders above that are missing are made likewise.
 */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  // Also when it was there: the process that made it may have died before the next line.
  let parent = dirname(folder)
  await syncFolder(parent)
  if (first === undefined) return
  for (const highest = dirname(first); parent !== highest;) {
    parent = dirname(parent)
    await syncFolder(parent)
  }
}

/**
 * Replaces a small file as a whole: temporary file, fsync, rename, fsync of the folder. Blocks
 * until durable, because it is also called when the process is about to end.
 */
export function replaceFileSync(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.new`
  writeSynced(temporary, bytes)
  renameSync(temporary, path)
  syncFolderSync(dirname(path))
}

/**
 * Makes a small file, mode 0600, unless it is there: whole and durable when this returns, or not
 * there at all. Of several that make it at once the first one's bytes stay.
 */
export function makeFileSync(path: string, bytes: Uint8Array): void {
  if (existsSync(path)) return
  const temporary = `${path}.${process.pid}.new`
  try {
    writeSynced(temporary, bytes)
    linkSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
  syncFolderSync(dirname(path))
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, 'w', 0o600)
  try {
    let done = 0
    while (done < bytes.length) done += writeSync(fd, bytes, done)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Writes all of `bytes` at `position`; a short write, as on a full disk, goes on where it stopped. */
export async function writeAll(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** As `writeAll`, of parts one after another, which are not copied together. */
export async function writeParts(
  handle: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
): Promise<void> {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const { bytesWritten } = await handle.writev(parts, position)
  if (bytesWritten === size) return
  const rest = Buffer.concat(parts).subarray(bytesWritten)
  await writeAll(handle, rest, position + bytesWritten)
}

/** On Linux a file can be open so that each write is a write and an fdatasync in one. */
const SYNCS_ITSELF = process.platform === 'linux'
const SYNC_FLAG = SYNCS_ITSELF ? constants.O_DSYNC : 0

/** Opens a file for reading and for `writeDurably`; `makes` it anew and empty, for its owner alone. */
export function openDurable(path: string, makes = false): Promise<FileHandle> {
  const made = makes ? constants.O_CREAT | constants.O_TRUNC : 0
  return open(path, constants.O_RDWR | SYNC_FLAG | made, 0o600)
}

/**
 * As `writeParts` and then fdatasync, of a file that was opened by `openDurable`: durable when it
 * resolves. In one step, because a thread that is busy comes late to the second of two.
 */
export async function writeDurably(
  handle: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
): Promise<void> {
  await writeParts(handle, parts, position)
  if (!SYNCS_ITSELF) await handle.datasync()
}

/**
 * As `writeDurably`, of many bytes, a piece after the other: synced at once they would keep the disk
 * from everybody else for as long as it needs for all of them.
 */
export async function writePieces(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    await writeDurably(handle, [bytes.subarray(at, at + PIECE_BYTES)], position + at)
  }
}

/** Blocking form of syncFolder. */
export function syncFolderSync(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
