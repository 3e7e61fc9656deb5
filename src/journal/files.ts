/** The few file operations that make things survive a power cut. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes the names in a directory durable: a new or renamed file is safe only after this. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes all of `bytes` at `position`; a short write goes on where it stopped. */
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

/**
 * Replaces a small file as a whole: temporary file, fsync, rename, fsync of the directory. Blocks
 * until durable, because it is also called when the process is about to end.
 */
export function replaceFileSync(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.new`
  const fd = openSync(temporary, 'w', 0o600)
  try {
    let done = 0
    while (done < bytes.length) done += writeSync(fd, bytes, done)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, path)
  syncDirectorySync(dirname(path))
}

/** Blocking form of syncDirectory. */
export function syncDirectorySync(directory: string): void {
  const fd = openSync(directory, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
