/**
 * Snapshots of the state machine in a folder. File: magic, seq u64, head hash (32), sha256 of
 * everything else (32), state. Written piece by piece to a temporary name, synced and renamed; the last
 * two are kept.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fromHex, toHex } from '../kernel/index.ts'
import { openDurable, syncFolder, writeDurably, writePieces } from '../disk/index.ts'

const MAGIC = Buffer.from('SUANSNP1')
const HEADER_BYTES = 80
const HASH_AT = 48
const NAME = /^snapshot-(\d{16})\.snap$/
const KEPT = 2

/** State after record `seq`, and the journal's chain hash there. */
export interface Snapshot {
  readonly seq: number
  readonly headHash: string
  readonly state: Uint8Array
}

export interface SnapshotStore {
  /** Durable when it resolves; older ones but one are removed. */
  save(snapshot: Snapshot): Promise<void>
  /** Whole and unaltered snapshots, newest first. */
  list(): Promise<Snapshot[]>
}

export async function openSnapshotStore(options: {
  readonly directory: string
}): Promise<SnapshotStore> {
  const { directory } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  return { save: (snapshot) => save(directory, snapshot), list: () => list(directory) }
}

/** Snapshots in memory, for tests and simulations. */
export function memorySnapshotStore(): SnapshotStore {
  let kept: Snapshot[] = []
  return {
    save: async (snapshot) => {
      const others = kept.filter(({ seq }) => seq !== snapshot.seq)
      kept = [snapshot, ...others].toSorted((a, b) => b.seq - a.seq).slice(0, KEPT)
    },
    list: async () => kept,
  }
}

async function save(directory: string, snapshot: Snapshot): Promise<void> {
  const header = Buffer.alloc(HEADER_BYTES)
  MAGIC.copy(header, 0)
  header.writeBigUInt64LE(BigInt(snapshot.seq), 8)
  header.set(fromHex(snapshot.headHash), 16)
  header.set(digest(header, snapshot.state), HASH_AT)
  const path = join(directory, `snapshot-${String(snapshot.seq).padStart(16, '0')}.snap`)
  for (const name of await readdir(directory)) {
    if (name.endsWith('.new')) await rm(join(directory, name))
  }
  const handle = await openDurable(`${path}.new`, true)
  try {
    await writeDurably(handle, [header], 0)
    await writePieces(handle, snapshot.state, HEADER_BYTES)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.new`, path)
  await syncFolder(directory)
  for (const name of (await names(directory)).slice(KEPT)) await rm(join(directory, name))
}

async function list(directory: string): Promise<Snapshot[]> {
  const found: Snapshot[] = []
  for (const name of await names(directory)) {
    const file = await readFile(join(directory, name))
    const header = file.subarray(0, HEADER_BYTES)
    const state = file.subarray(HEADER_BYTES)
    const isWhole = header.length === HEADER_BYTES && header.subarray(0, 8).equals(MAGIC)
    if (!isWhole || !header.subarray(HASH_AT).equals(digest(header, state))) continue
    const seq = Number(header.readBigUInt64LE(8))
    found.push({ seq, headHash: toHex(header.subarray(16, HASH_AT)), state })
  }
  return found
}

/** Names of the snapshot files, newest first. */
async function names(directory: string): Promise<string[]> {
  return (await readdir(directory))
    .filter((name) => NAME.test(name))
    .toSorted()
    .toReversed()
}

function digest(header: Buffer, state: Uint8Array): Buffer {
  return createHash('sha256').update(header.subarray(0, HASH_AT)).update(state).digest()
}
