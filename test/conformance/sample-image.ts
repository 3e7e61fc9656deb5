import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** One blob of an image, named by what it is. */
export interface Blob {
  readonly type: string
  readonly digest: string
  readonly bytes: Buffer
}

/** An image with nothing but a shell, in the form of the OCI image specification. */
export interface SampleImage {
  readonly config: Blob
  readonly layer: Blob
  /** its digest is the image's */
  readonly manifest: Blob
}

const TYPE = 'application/vnd.oci.image'
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * Makes the image from this machine's shell at `/sh` and the libraries that it needs. `note` is a file
 * in it: another note makes another digest. The same note makes the same bytes every time.
 */
export function sampleImage(note = 'suan'): SampleImage {
  const layer = blob(`${TYPE}.layer.v1.tar`, layerOf(note))
  const config = json(`${TYPE}.config.v1+json`, {
    architecture: ARCHITECTURES[arch()] ?? arch(),
    os: 'linux',
    config: { Env: ['PATH=/'], WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'suan' }],
  })
  const entry = ({ type, digest, bytes }: Blob) => ({ mediaType: type, digest, size: bytes.length })
  const manifest = json(`${TYPE}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${TYPE}.manifest.v1+json`,
    config: entry(config),
    layers: [entry(layer)],
  })
  return { config, layer, manifest }
}

/** The image as `docker save` writes it. */
export function savedImage({ config, layer }: SampleImage, name: string): Buffer {
  const configName = `${config.digest.slice('sha256:'.length)}.json`
  const manifest = [{ Config: configName, RepoTags: [name], Layers: ['layer.tar'] }]
  return tarOf({
    [configName]: config.bytes,
    'layer.tar': layer.bytes,
    'manifest.json': Buffer.from(JSON.stringify(manifest)),
  })
}

function layerOf(note: string): Buffer {
  const files: Record<string, Buffer> = { note: Buffer.from(`${note}\n`) }
  const libraries = execFileSync('ldd', ['/bin/sh'], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  files['sh'] = readFileSync('/bin/sh')
  for (const path of libraries) files[path.slice(1)] = readFileSync(path)
  return tarOf(files, ['proc', 'dev', 'sys', 'etc', 'work', 'tmp'])
}

/** A tar file by the system's own tar, without owners and times: equal contents give equal bytes. */
function tarOf(files: Readonly<Record<string, Buffer>>, folders: readonly string[] = []): Buffer {
  const top = mkdtempSync(join(tmpdir(), 'suan-tar-'))
  try {
    for (const name of folders) mkdirSync(join(top, name))
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(top, name)), { recursive: true })
      writeFileSync(join(top, name), bytes, { mode: 0o755 })
    }
    // A tmpfs takes the mode of the folder it covers.
    if (folders.includes('tmp')) chmodSync(join(top, 'tmp'), 0o1777)
    const plain = '--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner'.split(' ')
    const names = [
      ...new Set([...folders, ...Object.keys(files).map((name) => name.split('/')[0])]),
    ]
    return execFileSync('tar', ['-C', top, ...plain, '-cf', '-', ...names.map(String)], {
      maxBuffer: 1 << 28,
    })
  } finally {
    rmSync(top, { recursive: true })
  }
}

function blob(type: string, bytes: Buffer): Blob {
  return { type, bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` }
}

function json(type: string, value: unknown): Blob {
  return blob(type, Buffer.from(JSON.stringify(value)))
}
