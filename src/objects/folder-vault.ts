import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, syncFolder } from '../disk/index.ts'
import { unlessMissing } from './missing.ts'
import type { Place, Vault } from './vault.ts'

const PIECE_BYTES = 1 << 18
const DIGEST = /^[0-9a-f]{64}$/

/**
 * Sealed files as `<folder>/<subject>/<digest>`; what is kept comes from the same file system. There
 * is no second generation here: forgetting removes the folder at once.
 */
export function folderVault(folder: string): Vault {
  const folderOf = (subject: number): string => join(folder, String(subject))
  const pathOf = ({ subject, digest }: Place): string => join(folderOf(subject), digest)
  return {
    keep: async (place, path) => {
      const own = folderOf(place.subject)
      await makeFolder(own)
      // The same bytes under the same name: whichever comes last replaces its equal.
      await rename(path, pathOf(place))
      await syncFolder(own)
    },
    size: async (place) => (await unlessMissing(stat(pathOf(place))))?.size ?? null,
    read: (place, from, to) => readFile(pathOf(place), from, to),
    list: async function* (subject) {
      const names = (await unlessMissing(readdir(folderOf(subject)))) ?? []
      for (const digest of names.filter((name) => DIGEST.test(name))) {
        const found = await unlessMissing(stat(join(folderOf(subject), digest)))
        if (found !== null) yield { digest, sealed: found.size }
      }
    },
    remove: async (place) => {
      if ((await unlessMissing(stat(pathOf(place)))) === null) return
      await rm(pathOf(place), { force: true })
      await syncFolder(folderOf(place.subject))
    },
    removeAll: async (subject) => {
      await rm(folderOf(subject), { recursive: true, force: true })
      await syncFolder(folder)
    },
  }
}

async function* readFile(path: string, from: number, to: number): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  try {
    for (let at = from; at < to;) {
      const bytes = Buffer.alloc(Math.min(PIECE_BYTES, to - at))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at)
      if (bytesRead === 0) return
      yield bytes.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}
