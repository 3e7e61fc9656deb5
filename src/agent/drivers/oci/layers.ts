import { chmodSync, chownSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const GONE = '.wh.'
const ALL_GONE = '.wh..wh..opq'

/**
 * Moves an unpacked layer over the layers below it and removes what it takes away. Links of lower
 * layers are never followed: a layer cannot write past the root folder.
 */
export function mergeLayer(layer: string, root: string): void {
  const names = readdirSync(layer)
  const isMark = (name: string) => name.startsWith(GONE)
  if (names.includes(ALL_GONE)) empty(root)
  // First: a mark is about the layers below, never about a file of its own layer.
  for (const name of names.filter(isMark)) {
    const gone = name.slice(GONE.length)
    if (name !== ALL_GONE) rmSync(join(root, gone), { recursive: true, force: true })
  }
  for (const name of names.filter((each) => !isMark(each))) {
    const [from, to] = [join(layer, name), join(root, name)]
    if (isFolder(from) && isFolder(to)) {
      const { mode, uid, gid } = lstatSync(from)
      chownSync(to, uid, gid)
      chmodSync(to, mode & 0o7777)
      mergeLayer(from, to)
    } else {
      rmSync(to, { recursive: true, force: true })
      renameSync(from, to)
      if (isFolder(to)) dropMarks(to)
    }
  }
}

/** A folder that is new has nothing below it that could be taken away. */
function dropMarks(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(GONE)) rmSync(join(folder, name), { force: true })
    else if (isFolder(join(folder, name))) dropMarks(join(folder, name))
  }
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
