import { randomBytes } from 'node:crypto'
import { closeSync, constants, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { percentile } from './statistics.ts'

const CHUNK_BYTES = 1024 * 1024
const FILE_CHUNKS = 32
const BLOCK_BYTES = 4_096

/** Raw runs of what the disk under a folder can do; empty where it has no direct access. */
export interface DiskRuns {
  readonly writeMbPerS: readonly number[]
  /** past the page cache */
  readonly readMbPerS: readonly number[]
  /** 4 KiB at random places, past the page cache */
  readonly readsPerS: readonly number[]
  readonly writesPerS: readonly number[]
  readonly fsyncP99Us: readonly number[]
}

/** Writes, reads and syncs a temporary file of 32 MiB, `runs` times; the file is removed. */
export function measureDisk(folder: string, runs: number): DiskRuns {
  const path = join(folder, `evaluation-${process.pid}.tmp`)
  const repeat = (once: () => number | null): number[] =>
    Array.from({ length: runs }, once).filter((value) => value !== null)
  try {
    return {
      writeMbPerS: repeat(() => writeFile(path)),
      readMbPerS: repeat(() => direct(path, constants.O_RDONLY, readThrough)),
      readsPerS: repeat(() => direct(path, constants.O_RDONLY, readRandomly)),
      writesPerS: repeat(() => direct(path, constants.O_RDWR, writeRandomly)),
      fsyncP99Us: repeat(() => syncLatency(path)),
    }
  } finally {
    rmSync(path, { force: true })
  }
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

/** Opens the file past the page cache for a measurement; null where the file system refuses that. */
function direct(
  path: string,
  flags: number,
  measure: (file: number, memory: Uint8Array) => number,
): number | null {
  if (constants.O_DIRECT === undefined) return null
  let file: number
  try {
    file = openSync(path, flags | constants.O_DIRECT)
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
  try {
    const memory = alignedBuffer(file)
    return memory === null ? null : measure(file, memory)
  } finally {
    closeSync(file)
  }
}

/** All of the file in order, MB a second. */
function readThrough(file: number, memory: Uint8Array): number {
  const start = performance.now()
  for (let chunk = 0; chunk < FILE_CHUNKS; chunk++) {
    readSync(file, memory, 0, CHUNK_BYTES, chunk * CHUNK_BYTES)
  }
  return (CHUNK_BYTES * FILE_CHUNKS) / 1_000 / (performance.now() - start)
}

const readRandomly = (file: number, memory: Uint8Array): number =>
  randomly((place) => readSync(file, memory, 0, BLOCK_BYTES, place))
const writeRandomly = (file: number, memory: Uint8Array): number =>
  randomly((place) => writeSync(file, memory, 0, BLOCK_BYTES, place))

/** How many blocks a second `once` takes, over 100 ms. */
function randomly(once: (place: number) => unknown): number {
  const places = (FILE_CHUNKS * CHUNK_BYTES) / BLOCK_BYTES
  let count = 0
  const start = performance.now()
  while (performance.now() - start < 100) {
    // A full-period sequence over a power of two: every place is met, in scattered order.
    once(((count * 2_654_435_761) % places) * BLOCK_BYTES)
    count++
  }
  return count / ((performance.now() - start) / 1_000)
}

/** Direct reads need memory aligned to 512 or 4,096 bytes; the address is unknown, so try. */
function alignedBuffer(file: number): Uint8Array | null {
  const memory = new Uint8Array(CHUNK_BYTES + 4_096)
  for (let offset = 0; offset < 4_096; offset += 16) {
    const part = memory.subarray(offset, offset + CHUNK_BYTES)
    try {
      readSync(file, part, 0, BLOCK_BYTES, 0)
      return part
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error
    }
  }
  return null
}

/** 99th percentile of 4 KiB write + fsync in microseconds, at most 100 of them or 300 ms. */
function syncLatency(path: string): number {
  const block = randomBytes(BLOCK_BYTES)
  const latencies: number[] = []
  const file = openSync(path, 'r+')
  try {
    const start = performance.now()
    for (let i = 0; i < 100 && performance.now() - start < 300; i++) {
      const from = performance.now()
      writeSync(file, block, 0, BLOCK_BYTES, i * BLOCK_BYTES)
      fsyncSync(file)
      latencies.push((performance.now() - from) * 1_000)
    }
  } finally {
    closeSync(file)
  }
  return percentile(latencies, 0.99)
}
