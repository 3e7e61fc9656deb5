import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../../messages/index.ts'

/** An image in an archive on this machine, not unpacked. */
export interface ArchivedImage {
  readonly archive: string
  readonly names: readonly string[]
  /** digest of its configuration, which has those of the layers' contents */
  readonly id: string
  /** the digest that was asked for, else the one of its manifest, else its id */
  readonly digest: string
  readonly config: ImageConfig
  /** lowest first: where each lies in the archive, and the digest of its uncompressed bytes */
  readonly layers: readonly { readonly path: string; readonly diffId: string }[]
}

/** The part of an image's configuration that says how it is run. */
interface ImageConfig {
  readonly Env?: readonly string[] | null
  readonly Entrypoint?: readonly string[] | null
  readonly Cmd?: readonly string[] | null
}

interface Described extends Omit<ArchivedImage, 'digest'> {
  readonly digests: readonly string[]
}

const MEMBER_BYTES = 16 * 1024 * 1024
const NAME_MARKS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name']

/** Looks through the archives of a folder; null when none has the image by that name or digest. */
export function findImage(folder: string, reference: string): ArchivedImage | null {
  if (!existsSync(folder)) return null
  const wanted = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1]
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.tar')) continue
    for (const { digests, ...image } of describe(join(folder, file))) {
      if (wanted === undefined && image.names.some((name) => plain(name) === plain(reference)))
        return { ...image, digest: digests[0] ?? image.id }
      if (wanted !== undefined && digests.includes(wanted)) return { ...image, digest: wanted }
    }
  }
  return null
}

/** The images of an archive: of the OCI layout, and of `docker save`, whose newer ones are both. */
function describe(archive: string): Described[] {
  const index = readMember(archive, 'index.json') as OciIndex | null
  const saved = (readMember(archive, 'manifest.json') ?? []) as readonly SavedImage[]
  const own = (index?.manifests ?? []).flatMap((entry) => describeOci(archive, entry) ?? [])
  return [...own, ...saved.flatMap((entry) => describeSaved(archive, entry) ?? [])]
}

interface OciIndex {
  readonly manifests: readonly OciEntry[]
}
interface OciEntry {
  readonly digest: string
  readonly annotations?: Readonly<Record<string, string>>
}
interface OciManifest {
  readonly config?: OciEntry
  readonly layers?: readonly OciEntry[]
}
interface SavedImage {
  readonly Config: string
  readonly RepoTags?: readonly string[] | null
  readonly Layers: readonly string[]
}
interface ConfigFile {
  readonly config?: ImageConfig
  readonly rootfs?: { readonly diff_ids?: readonly string[] }
}

/** null for what is no image of one platform, or is not what its digest says. */
function describeOci(archive: string, entry: OciEntry): Described | null {
  const manifest = readBlob(archive, blobPath(entry.digest), entry.digest) as OciManifest | null
  if (manifest?.config === undefined) return null
  const { digest } = manifest.config
  const config = readBlob(archive, blobPath(digest), digest) as ConfigFile | null
  if (config === null) return null
  const names = NAME_MARKS.flatMap((mark) => entry.annotations?.[mark] ?? [])
  const paths = (manifest.layers ?? []).map((layer) => blobPath(layer.digest))
  return described(archive, names, [entry.digest, digest], config, paths)
}

function describeSaved(archive: string, entry: SavedImage): Described | null {
  const bytes = memberOf(archive, entry.Config)
  if (bytes === null) return null
  const id = sha256Of(bytes)
  const config = JSON.parse(bytes.toString()) as ConfigFile
  return described(archive, entry.RepoTags ?? [], [id], config, entry.Layers)
}

function described(
  archive: string,
  names: readonly string[],
  digests: readonly string[],
  config: ConfigFile,
  paths: readonly string[],
): Described {
  const diffIds = config.rootfs?.diff_ids ?? []
  const layers = paths.map((path, at) => ({ path, diffId: diffIds[at] ?? '' }))
  return { archive, names, id: digests.at(-1) ?? '', digests, config: config.config ?? {}, layers }
}

/** As engines read names: without the default registry, with the default tag. */
function plain(name: string): string {
  const short = name.replace(/^docker\.io\/(library\/)?/, '')
  return short.slice(short.lastIndexOf('/') + 1).includes(':') ? short : `${short}:latest`
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

function readBlob(archive: string, path: string, digest: string): unknown {
  const bytes = memberOf(archive, path)
  return bytes !== null && sha256Of(bytes) === digest ? JSON.parse(bytes.toString()) : null
}

function readMember(archive: string, name: string): unknown {
  const bytes = memberOf(archive, name)
  return bytes === null ? null : JSON.parse(bytes.toString())
}

/** One small file of an archive; null when it is not there. */
function memberOf(archive: string, name: string): Buffer | null {
  try {
    return execFileSync('tar', ['-xOf', archive, name], {
      maxBuffer: MEMBER_BYTES,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status !== null) return null
    throw noTar(error)
  }
}

/** Archives are read by the system's tar; `cause` is what came of starting it. */
export function noTar(cause: unknown): Fault {
  const what = cause instanceof Error && 'code' in cause ? String(cause.code) : 'killed'
  return new Fault('START_FAILED', { retryable: false, facts: { tar: what } })
}

function sha256Of(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
