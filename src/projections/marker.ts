/**
 * The marker beside a PGlite folder says whether it can be trusted. PGlite never syncs: after a
 * kill -9 the kernel still has every page, after a power cut the folder may not even open.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Marker {
  /** name of the current folder */
  readonly folder: string
  /** of the boot during which the folder was last open; null where the system has none */
  readonly bootId: string | null
  /** closed in order, every file synced */
  readonly clean: boolean
}

/** Random id of this boot of the machine; null where there is no such file. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null
  }
}

/** Reads the marker; null when there is none or it cannot be read. */
export function readMarker(root: string): Marker | null {
  try {
    const {
      folder,
      bootId: boot,
      clean,
    } = JSON.parse(readFileSync(markerPath(root), 'utf8')) as Partial<Marker>
    if (typeof folder !== 'string' || !/^[a-z0-9-]+$/.test(folder)) return null
    return { folder, bootId: boot ?? null, clean: clean === true }
  } catch {
    return null
  }
}

/** Writes the marker and makes it durable before it returns. */
export function writeMarker(root: string, marker: Marker): void {
  const path = markerPath(root)
  const file = openSync(`${path}.new`, 'w', 0o600)
  writeSync(file, `${JSON.stringify(marker)}\n`)
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
  syncFolder(dirname(path))
}

/** Trusted: closed in order, or last open during this very boot. */
export function isTrusted(marker: Marker): boolean {
  const now = bootId()
  return marker.clean || (now !== null && marker.bootId === now)
}

/** Makes the names in a folder durable. Not every system can. */
function syncFolder(folder: string): void {
  const file = openSync(folder, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function markerPath(root: string): string {
  return join(root, 'marker.json')
}
