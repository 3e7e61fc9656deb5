/** The few file operations that make things survive a power cut. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

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
 * Replaces a small file as a whole: temporary file, fsync, rename, fsync of the folder. Blocks
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
  syncFolderSync(dirname(path))
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
