import { execFile } from 'node:child_process'
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** Who owns what a job may write. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** The user of this name on this machine, which is the same on every node of a cluster. */
export async function ownerOf(user: string): Promise<Owner> {
  const run = promisify(execFile)
  const number = async (what: string) => Number((await run('id', [what, user])).stdout)
  return { uid: await number('-u'), gid: await number('-g') }
}

/** Gives a folder and all that is in it to the job's user; without root it is that user's anyway. */
export function giveTo(owner: Owner, path: string): void {
  if (process.getuid?.() !== 0) return
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  chownSync(path, owner.uid, owner.gid)
  if (stat.isDirectory()) for (const name of readdirSync(path)) giveTo(owner, join(path, name))
}

/** Makes a folder; other users may pass through it and the one above, and can list neither. */
export function letThrough(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  for (const path of [folder, dirname(folder)]) {
    const { mode, uid } = statSync(path)
    if (uid === process.getuid?.() && (mode & 0o011) !== 0o011)
      chmodSync(path, (mode & 0o7777) | 0o011)
  }
}
