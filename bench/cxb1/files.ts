/** CXB-1 files on disk. */
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../../src/kernel/index.ts'
import { generate } from './generate.ts'
import { bytesOf, wordsOf } from './record.ts'
import type { Reference } from './reference.ts'

/** A read or a write takes at most 2 GiB. */
const PIECE_BYTES = 2 ** 26

export function readRecords(path: string): Int32Array {
  const file = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(fstatSync(file).size)
    let at = 0
    while (at < bytes.length) {
      const read = readSync(file, bytes, at, Math.min(PIECE_BYTES, bytes.length - at), null)
      assert(read > 0, `${path} became shorter while it was read`)
      at += read
    }
    return wordsOf(bytes)
  } finally {
    closeSync(file)
  }
}

/** Whole under its name, or not at all. */
export function writeRecords(path: string, words: Int32Array): void {
  const bytes = bytesOf(words)
  const part = `${path}.${process.pid}`
  const file = openSync(part, 'w')
  try {
    let at = 0
    while (at < bytes.length)
      at += writeSync(file, bytes, at, Math.min(PIECE_BYTES, bytes.length - at))
  } finally {
    closeSync(file)
  }
  renameSync(part, path)
}

export function sumOf(words: Int32Array): string {
  const hash = createHash('sha256')
  const bytes = bytesOf(words)
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    hash.update(bytes.subarray(at, at + PIECE_BYTES))
  }
  return hash.digest('hex')
}

/** A file of the specification, from the folder of temporary files, made where it is not there. */
export function referenceFile({ name, workload, sha256 }: Reference): Int32Array {
  const folder = join(tmpdir(), 'suan-bench-cxb1')
  const path = join(folder, `${name}.bin`)
  if (existsSync(path)) {
    const words = readRecords(path)
    if (sumOf(words) === sha256) return words
  }
  const { words } = generate(workload)
  assert(sumOf(words) === sha256, `${name} is not the file of the specification`)
  mkdirSync(folder, { recursive: true })
  writeRecords(path, words)
  return words
}
