/** Unpacks a tar file (ustar with GNU long names, as nodes pack outputs) without leaving its folder. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, relative, resolve } from 'node:path'

const BLOCK = 512
const CHUNK = 1_048_576

export interface TarEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly mode: number
  readonly size: number
  readonly link: string
  /** where its bytes begin in the file */
  readonly at: number
}

/** The entries of an open tar file, in order. */
export function* tarEntries(file: number): Generator<TarEntry, void, void> {
  let longName: string | null = null
  let longLink: string | null = null
  for (let at = 0; ;) {
    const block = readAt(file, at, BLOCK)
    if (block.length < BLOCK || block.every((byte) => byte === 0)) return
    const size = octal(block, 124, 12)
    const flag = String.fromCharCode(block[156] ?? 0)
    const start = at + BLOCK
    at = start + Math.ceil(size / BLOCK) * BLOCK
    if (flag === 'L') longName = text(readAt(file, start, size), 0, size)
    else if (flag === 'K') longLink = text(readAt(file, start, size), 0, size)
    else {
      yield {
        name: longName ?? text(block, 0, 100),
        kind: KINDS[flag] ?? 'other',
        mode: octal(block, 100, 8) & 0o777,
        size,
        link: longLink ?? text(block, 157, 100),
        at: start,
      }
      longName = null
      longLink = null
    }
  }
}

const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '5': 'folder',
  '2': 'link',
}

/**
 * Unpacks below `folder`, which is made where needed; existing files are replaced. Names and links
 * that would lead outside of it are left out and given back.
 */
export function unpackTar(tarPath: string, folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  const root = realpathSync(folder)
  const leftOut: string[] = []
  const file = openSync(tarPath, 'r')
  try {
    for (const entry of tarEntries(file)) {
      if (!unpackEntry(file, entry, root)) leftOut.push(entry.name)
    }
  } finally {
    closeSync(file)
  }
  return leftOut
}

function unpackEntry(file: number, entry: TarEntry, root: string): boolean {
  const path = resolve(root, entry.name)
  if (!isInside(root, path)) return false
  if (entry.kind === 'folder') {
    mkdirSync(path, { recursive: true })
    return isInside(root, realpathSync(path))
  }
  mkdirSync(dirname(path), { recursive: true })
  // A link unpacked before must not carry a later file out of the folder.
  const parent = realpathSync(dirname(path))
  if (!isInside(root, parent)) return false
  if (entry.kind === 'file') copyFile(file, entry, path)
  else if (entry.kind === 'link' && isInside(root, resolve(parent, entry.link))) {
    symlinkSync(entry.link, path)
  } else return false
  return true
}

/** Copies the bytes of an entry to a file. */
export function copyFile(file: number, entry: TarEntry, path: string): void {
  const target = openSync(path, 'w', entry.mode)
  try {
    for (let done = 0; done < entry.size;) {
      const part = readAt(file, entry.at + done, Math.min(CHUNK, entry.size - done))
      if (part.length === 0) throw new Error(`the packed output ends within ${entry.name}`)
      writeSync(target, part)
      done += part.length
    }
  } finally {
    closeSync(target)
  }
}

function isInside(root: string, path: string): boolean {
  return path === root || !/^\.\.(?:\/|$)/.test(relative(root, path))
}

function readAt(file: number, at: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length)
  return buffer.subarray(0, readSync(file, buffer, 0, length, at))
}

function text(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length)
  const end = field.indexOf(0)
  return Buffer.from(field.subarray(0, end < 0 ? length : end)).toString('utf8')
}

function octal(bytes: Uint8Array, at: number, length: number): number {
  return Number.parseInt(text(bytes, at, length).trim() || '0', 8)
}
