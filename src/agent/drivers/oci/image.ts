import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Fault } from '../../../messages/index.ts'
import { writeDurably } from '../../files.ts'
import type { ImageProgress } from '../driver.ts'
import { findImage, noTar, type ArchivedImage } from './archive.ts'
import { mergeLayer } from './layers.ts'

/** An image whose files lie on this machine. */
export interface UnpackedImage {
  readonly digest: string
  readonly root: string
  readonly environment: Readonly<Record<string, string>>
  /** what it runs when it is told nothing */
  readonly command: readonly string[]
}

/**
 * Images without an engine and without a registry: `folder` has archives (`docker save`, or the OCI
 * layout as a tar file) that the provider put there. Each image is unpacked once, into a folder that
 * is named by its content.
 */
export class ImageFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Unpacks an image unless it is; `progress` gets the bytes of layers done. Throws Fault
   * IMAGE_NOT_FOUND when no archive has it by that name or digest, IMAGE_DIGEST when what an archive
   * holds is not what its digests say.
   */
  async prepare(reference: string, progress: ImageProgress = () => {}): Promise<UnpackedImage> {
    const found = findImage(this.#folder, reference)
    if (found === null)
      throw new Fault('IMAGE_NOT_FOUND', { retryable: false, facts: { image: reference } })
    const home = join(this.#folder, 'unpacked', found.id.slice('sha256:'.length))
    if (!existsSync(join(home, 'done'))) await unpack(found, home, progress)
    const { Env = [], Entrypoint, Cmd } = found.config
    return {
      digest: found.digest,
      root: join(home, 'root'),
      environment: Object.fromEntries((Env ?? []).map(pairOf)),
      command: [...(Entrypoint ?? []), ...(Cmd ?? [])],
    }
  }
}

/** Beside its place and renamed whole: two daemons, or a crash, never leave half an image. */
async function unpack(image: ArchivedImage, home: string, progress: ImageProgress): Promise<void> {
  const beside = join(home, '..')
  mkdirSync(beside, { recursive: true, mode: 0o755 })
  const making = mkdtempSync(join(beside, 'making-'))
  try {
    const [archive, root] = [join(making, 'archive'), join(making, 'root')]
    for (const each of [archive, root]) mkdirSync(each, { mode: 0o755 })
    await untar(image.archive, archive)
    const paths = image.layers.map(({ path }) => join(archive, path))
    const total = paths.reduce((sum, path) => sum + statSync(path).size, 0)
    let done = 0
    for (const [index, path] of paths.entries()) {
      const layer = join(making, `layer-${index}`)
      mkdirSync(layer)
      await unpackLayer(path, layer, image.layers[index]?.diffId ?? '')
      mergeLayer(layer, root)
      done += statSync(path).size
      progress(done, total)
    }
    rmSync(archive, { recursive: true })
    // A runtime that another user starts must come through.
    chmodSync(making, 0o711)
    writeDurably(join(making, 'done'), image.id)
    if (!existsSync(home)) renameSync(making, home)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

/** A layer may be compressed with gzip; its digest is that of the bytes before. */
async function unpackLayer(path: string, into: string, diffId: string): Promise<void> {
  const hash = createHash('sha256')
  const file = createReadStream(path)
  if (isGzip(path)) await pipeline(file, createGunzip(), hash)
  else await pipeline(file, hash)
  if (`sha256:${hash.digest('hex')}` !== diffId) {
    throw new Fault('IMAGE_DIGEST', { retryable: false, facts: { layer: diffId } })
  }
  await untar(path, into)
}

/** By the system's tar, which leaves out absolute paths and what leads out of the folder. */
async function untar(path: string, into: string): Promise<void> {
  const tar = spawn('tar', ['-C', into, '--numeric-owner', '-xf', path], { stdio: 'ignore' })
  const [code] = (await once(tar, 'close').catch((error: unknown) => {
    throw noTar(error)
  })) as [number | null]
  if (code !== 0) throw new Fault('START_FAILED', { retryable: false, facts: { tar: code ?? -1 } })
}

function isGzip(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(2)
    readSync(file, head, 0, 2, 0)
    return head[0] === 0x1f && head[1] === 0x8b
  } finally {
    closeSync(file)
  }
}

function pairOf(line: string): [string, string] {
  const at = line.indexOf('=')
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}
