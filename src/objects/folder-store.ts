import { createHash, randomBytes, type Hash } from 'node:crypto'
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, type ObjectStore } from '../messages/index.ts'
import { makeFolder, syncFolder, writeAll } from '../disk/index.ts'
import { FRAME_BYTES, PREFIX_BYTES, TAG_BYTES, openFrame, plainSize, sealFrame } from './frames.ts'
import { SubjectKeys } from './subject-keys.ts'

const DIGEST = /^[0-9a-f]{64}$/

/**
 * Objects in a local folder: `keys/<subject>.key` and `data/<subject>/<digest>`, each file encrypted
 * with its subject's key. An object appears whole and durable, or not at all.
 * Errors: Fault OBJECT_TOO_LARGE; OBJECTS_UNAVAILABLE when the folder cannot be used;
 * OBJECT_DAMAGED when a file is not what was written.
 */
export function openFolderObjects(folder: string): ObjectStore {
  const [keysFolder, data] = [join(folder, 'keys'), join(folder, 'data')]
  const keys = new SubjectKeys(keysFolder)
  const folderOf = (subject: number): string => join(data, String(subject))
  let isReady = false
  const ready = async (): Promise<void> => {
    if (isReady) return
    for (const each of [folder, keysFolder, data]) await makeFolder(each)
    isReady = true
  }
  return {
    put: (subject, chunks, maxBytes) =>
      available(async () => {
        await ready()
        const key = await keys.findOrMake(subject)
        await makeFolder(folderOf(subject))
        return write({ folder: folderOf(subject), key, maxBytes }, chunks)
      }),
    get: (subject, digest) =>
      available(async () => {
        const key = DIGEST.test(digest) ? await keys.find(subject) : null
        if (key === null) return null
        const path = join(folderOf(subject), digest)
        const sealed = await sizeOf(path)
        if (sealed === null) return null
        const size = plainSize(sealed - PREFIX_BYTES)
        return { size, chunks: availableChunks(read(path, key, sealed)) }
      }),
    forget: (subject) =>
      available(async () => {
        await ready()
        await keys.destroy(subject)
        await rm(folderOf(subject), { recursive: true, force: true })
        await syncFolder(data)
      }),
  }
}

interface Target {
  readonly folder: string
  readonly key: Uint8Array
  readonly maxBytes: number
}

async function write(
  target: Target,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ digest: string; size: number }> {
  const temporary = join(target.folder, `.${randomBytes(12).toString('hex')}`)
  const file = await open(temporary, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    let size: number
    try {
      size = await writeFrames({ file, hash }, target, chunks)
    } finally {
      await file.close()
    }
    const digest = hash.digest('hex')
    // The same bytes under the same name: whichever comes last replaces its equal.
    await rename(temporary, join(target.folder, digest))
    await syncFolder(target.folder)
    return { digest, size }
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Gathers chunks of any size into frames; the last one is marked, and may be empty. */
async function writeFrames(
  to: { readonly file: FileHandle; readonly hash: Hash },
  { key, maxBytes }: Target,
  chunks: AsyncIterable<Uint8Array>,
): Promise<number> {
  const prefix = randomBytes(PREFIX_BYTES)
  await writeAll(to.file, prefix, 0)
  let frame = 0
  let at = prefix.length
  let size = 0
  let waiting = Buffer.alloc(0)
  const seal = async (plain: Uint8Array, isLast: boolean): Promise<void> => {
    const sealed = sealFrame({ key, prefix, frame, isLast }, plain)
    await writeAll(to.file, sealed, at)
    at += sealed.length
    frame++
  }
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxBytes) {
      throw new Fault('OBJECT_TOO_LARGE', { retryable: false, facts: { size, limit: maxBytes } })
    }
    to.hash.update(chunk)
    waiting = Buffer.concat([waiting, chunk])
    // One byte more than a frame, because only the end tells which frame is the last.
    while (waiting.length > FRAME_BYTES) {
      await seal(waiting.subarray(0, FRAME_BYTES), false)
      waiting = waiting.subarray(FRAME_BYTES)
    }
  }
  await seal(waiting, true)
  await to.file.sync()
  return size
}

async function* read(path: string, key: Uint8Array, sealed: number): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const prefix = Buffer.alloc(PREFIX_BYTES)
    await file.read(prefix, 0, PREFIX_BYTES, 0)
    const whole = FRAME_BYTES + TAG_BYTES
    let at = PREFIX_BYTES
    for (let frame = 0; at < sealed; frame++) {
      const length = Math.min(whole, sealed - at)
      const bytes = Buffer.alloc(length)
      await file.read(bytes, 0, length, at)
      at += length
      yield unseal({ key, prefix, frame, isLast: at >= sealed }, bytes)
    }
  } finally {
    await file.close()
  }
}

function unseal(place: Parameters<typeof openFrame>[0], bytes: Uint8Array): Uint8Array {
  try {
    return openFrame(place, bytes)
  } catch (error) {
    throw new Fault('OBJECT_DAMAGED', { cause: error, retryable: false })
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Errors of the file system as the port's Fault. */
async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asFault(error)
  }
}

/** The same for bytes that are read later, as they are asked for. */
async function* availableChunks(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    throw asFault(error)
  }
}

function asFault(error: unknown): unknown {
  const isFileSystem = (error as NodeJS.ErrnoException).syscall !== undefined
  return isFileSystem ? new Fault('OBJECTS_UNAVAILABLE', { cause: error }) : error
}
