import { randomBytes } from 'node:crypto'
import { closeSync, constants, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { percentile, summarize, type Sample } from './statistics.ts'

const CHUNK_BYTES = 1024 * 1024
const FILE_CHUNKS = 32
const READ_BYTES = 4_096
const MIB = 1024 * 1024

/** What the disk under `folder` can do. Null where it could not be measured. */
export interface DiskFigures {
  readonly writeMbPerS: Sample
  /** 4 KiB reads past the page cache; null where the file system has no direct reads */
  readonly readsPerS: Sample | null
  readonly fsyncP99Us: Sample
}

/** Writes, reads and syncs a temporary file of 32 MiB, `runs` times; the file is removed. */
export function measureDisk(folder: string, runs: number): DiskFigures {
  const path = join(folder, `evaluation-${process.pid}.tmp`)
  try {
    const writes = repeat(runs, () => writeFile(path))
    const reads = repeat(runs, () => readRandomly(path)).filter((value) => value !== null)
    const syncs = repeat(runs, () => syncLatency(path))
    return {
      writeMbPerS: summarize(writes),
      readsPerS: reads.length === runs ? summarize(reads) : null,
      fsyncP99Us: summarize(syncs),
    }
  } finally {
    rmSync(path, { force: true })
  }
}

function repeat<T>(runs: number, once: () => T): T[] {
  return Array.from({ length: runs }, once)
}

/** Sequential write with one fsync at the end, in MB (10^6 bytes) a second. */
function writeFile(path: string): number {
  const chunk = randomBytes(CHUNK_BYTES)
  const start = performance.now()
  const file = openSync(path, 'w', 0o600)
  try {
    for (let i = 0; i < FILE_CHUNKS; i++) writeSync(file, chunk)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return (CHUNK_BYTES * FILE_CHUNKS) / 1_000 / (performance.now() - start)
}

/** Random 4 KiB reads a second over 100 ms, past the page cache; null where that is refused. */
function readRandomly(path: string): number | null {
  const direct = constants.O_DIRECT
  if (direct === undefined) return null
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | direct)
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
  try {
    const target = alignedBuffer(file)
    if (target === null) return null
    const places = (FILE_CHUNKS * CHUNK_BYTES) / READ_BYTES
    let count = 0
    const start = performance.now()
    while (performance.now() - start < 100) {
      // A full-period sequence over a power of two: every place is met, in scattered order.
      const place = (count * 2_654_435_761) % places
      readSync(file, target, 0, READ_BYTES, place * READ_BYTES)
      count++
    }
    return count / ((performance.now() - start) / 1_000)
  } finally {
    closeSync(file)
  }
}

/** Direct reads need memory aligned to 512 or 4,096 bytes; the address is unknown, so try. */
function alignedBuffer(file: number): Uint8Array | null {
  const memory = new Uint8Array(MIB)
  for (let offset = 0; offset < 4_096; offset += 16) {
    const part = memory.subarray(offset, offset + READ_BYTES)
    try {
      readSync(file, part, 0, READ_BYTES, 0)
      return part
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error
    }
  }
  return null
}

/** 99th percentile of 4 KiB write + fsync in microseconds, at most 100 of them or 300 ms. */
function syncLatency(path: string): number {
  const block = randomBytes(READ_BYTES)
  const latencies: number[] = []
  const file = openSync(path, 'r+')
  try {
    const start = performance.now()
    for (let i = 0; i < 100 && performance.now() - start < 300; i++) {
      const from = performance.now()
      writeSync(file, block, 0, READ_BYTES, i * READ_BYTES)
      fsyncSync(file)
      latencies.push((performance.now() - from) * 1_000)
    }
  } finally {
    closeSync(file)
  }
  return percentile(latencies, 0.99)
}
