import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256Hex, utf8Encode } from '../../kernel/index.ts'
import type { Layout } from '../drivers/layout.ts'
import { TarWriter } from '../pack.ts'
import type { Engine } from './engine.ts'

const FOLDERS = ['etc', 'proc', 'sys', 'dev', 'run', 'work']
const MAX_BYTES = 64 * 1024 * 1024
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * An image without any file, made on the spot: programs that name no image run in it with this
 * machine's own programs bound read-only. Answers its name; loads it only when it is missing.
 */
export async function ensureBaseImage(engine: Engine, layout: Layout): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-image-'))
  try {
    const layerPath = join(folder, 'layer.tar')
    writeLayer(layerPath, layout)
    const layer = readFileSync(layerPath)
    const name = `localhost/suan-base:${sha256Hex(layer).slice(0, 12)}`
    if ((await engine.image(name)) !== null) return name
    const archive = join(folder, 'image.tar')
    writeArchive(archive, name, layer)
    await engine.load(createReadStream(archive))
    return name
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeLayer(path: string, layout: Layout): void {
  const tar = new TarWriter(path, MAX_BYTES)
  const bound = layout.readOnly.map(({ to }) => to.slice(1)).filter((to) => !to.includes('/'))
  for (const name of [...FOLDERS, ...bound].sort()) tar.header('folder', `${name}/`, 0o755, 0)
  // A tmpfs takes the mode of the folder it covers.
  tar.header('folder', 'tmp/', 0o1777, 0)
  for (const link of layout.links) tar.header('link', link.path.slice(1), 0o777, 0, link.target)
  tar.end()
  tar.close()
}

/** The form of `docker save`, which every engine loads. */
function writeArchive(path: string, name: string, layer: Uint8Array): void {
  const config = utf8Encode(
    JSON.stringify({
      architecture: ARCHITECTURES[arch()] ?? arch(),
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256Hex(layer)}`] },
      history: [{ created: '1970-01-01T00:00:00Z', created_by: 'suan' }],
    }),
  )
  const configName = `${sha256Hex(config)}.json`
  const manifest = utf8Encode(
    JSON.stringify([{ Config: configName, RepoTags: [name], Layers: ['layer.tar'] }]),
  )
  const tar = new TarWriter(path, MAX_BYTES)
  for (const [entry, bytes] of [
    [configName, config],
    ['layer.tar', layer],
    ['manifest.json', manifest],
  ] as const) {
    tar.header('file', entry, 0o644, bytes.length)
    tar.content(bytes)
  }
  tar.end()
  tar.close()
}
