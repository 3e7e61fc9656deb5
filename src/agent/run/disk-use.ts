import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const BLOCK_BYTES = 512
/** Beyond this many files the rest is not counted: looking must stay cheap. */
const FILES_MAX = 100_000

/** Bytes that folders and all below them take on the disk; links are not followed. */
export function diskUse(folders: readonly string[]): number {
  const waiting = [...folders]
  let bytes = 0
  for (let seen = 0; waiting.length > 0 && seen < FILES_MAX; seen++) {
    const path = waiting.pop() ?? ''
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) continue
    bytes += stat.blocks * BLOCK_BYTES
    if (stat.isDirectory()) waiting.push(...entriesOf(path))
  }
  return bytes
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch (error) {
    // Removed, or closed to us, since it was listed.
    if (error instanceof Error) return []
    throw error
  }
}
