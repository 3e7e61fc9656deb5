import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Puts the file in place as a whole and on disk: after a power cut it is old or new, never torn. */
export function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): void {
  const next = `${path}.${process.pid}.next`
  const file = openSync(next, 'w', mode)
  try {
    // All of it, also where the disk takes it in parts.
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(next, path)
  syncFolder(dirname(path))
}

/** Puts the file in place as a whole for other processes; a power cut may lose it. */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o600): void {
  const next = `${path}.${process.pid}.next`
  writeFileSync(next, content, { mode })
  // What others are to read they can, whatever this process gives them by itself.
  if (mode !== 0o600) chmodSync(next, mode)
  renameSync(next, path)
}

/** The JSON value of a file; null when the file is missing, empty or not JSON (a lost write). */
export function readJson(path: string): unknown {
  if (!existsSync(path)) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return null
    throw error
  }
}

/** Is this the error of a file that is not there? */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Is this the error of a disk, or of a share of one, on which nothing more fits? */
export function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && FULL.has(String(error.code))
}
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

/** Writes what a later write makes up for; false when the disk is full. */
export function wroteUnlessFull(write: () => void): boolean {
  try {
    write()
    return true
  } catch (error) {
    if (!isFull(error)) throw error
    return false
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
