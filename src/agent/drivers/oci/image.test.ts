import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ImageFolder } from './image.ts'
import { lacks } from '../../../../test/tools/needs.ts'
import { mergeLayer } from './layers.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-oci-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a layer over others', () => {
  test('replaces, adds and takes away', () => {
    const [root, layer] = [made('root', { 'a/old': '1', 'a/gone': '1', 'b/x': '1' }), 'layer']
    mergeLayer(
      made(layer, { 'a/old': '2', 'a/.wh.gone': '', 'b/.wh..wh..opq': '', 'b/y': '2' }),
      root,
    )
    expect(readFileSync(join(root, 'a/old'), 'utf8')).toBe('2')
    expect(['a/gone', 'b/x', 'b/y'].map((name) => existsSync(join(root, name)))).toEqual([
      false,
      false,
      true,
    ])
  })

  test('cannot write through a link that a lower layer left', () => {
    const outside = made('outside', { kept: 'whole' })
    const root = made('root', {})
    symlinkSync(outside, join(root, 'etc'))
    mergeLayer(made('layer', { 'etc/kept': 'changed', 'etc/new': '1' }), root)
    expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('whole')
    expect(existsSync(join(outside, 'new'))).toBe(false)
    expect(lstatSync(join(root, 'etc')).isDirectory()).toBe(true)
  })

  test('that is new has no marks left', () => {
    const root = made('root', {})
    mergeLayer(made('layer', { 'n/.wh.x': '', 'n/y': '1' }), root)
    expect(existsSync(join(root, 'n/.wh.x'))).toBe(false)
  })
})

describe.skipIf(lacks('tar'))('an archive in the OCI layout', () => {
  test('is unpacked once, by name or digest, with its environment and command', async () => {
    const digest = archive()
    const images = new ImageFolder(folder)
    const told: number[][] = []
    const image = await images.prepare('docker.io/library/tool', (...bytes) => told.push(bytes))
    expect(image).toMatchObject({ digest, environment: { A: 'b=c' }, command: ['/run', 'it'] })
    expect(readFileSync(join(image.root, 'two'), 'utf8')).toBe('2')
    expect(existsSync(join(image.root, 'one'))).toBe(false)
    expect(told.at(-1)?.[0]).toBe(told.at(-1)?.[1])
    const again = await images.prepare(`other@${digest}`, () => expect.unreachable())
    expect(again.root).toBe(image.root)
  })

  test('with a layer that is not what its configuration says is refused and leaves nothing', async () => {
    archive('another')
    const images = new ImageFolder(folder)
    await expect(images.prepare('tool:latest')).rejects.toMatchObject({ code: 'IMAGE_DIGEST' })
    expect(execFileSync('ls', [join(folder, 'unpacked')], { encoding: 'utf8' })).toBe('')
  })

  test('cannot be unpacked where there is no tar, which is said', async () => {
    archive()
    vi.stubEnv('PATH', folder)
    const done = new ImageFolder(folder).prepare('tool')
    const missing = { code: 'START_FAILED', facts: { tar: 'ENOENT' } }
    await expect(done.finally(() => vi.unstubAllEnvs())).rejects.toMatchObject(missing)
  })

  test('that does not have the image is no match', async () => {
    archive()
    const images = new ImageFolder(folder)
    const missing = { code: 'IMAGE_NOT_FOUND' }
    await expect(images.prepare('tool:2')).rejects.toMatchObject(missing)
    await expect(images.prepare(`tool@sha256:${'0'.repeat(64)}`)).rejects.toMatchObject(missing)
  })
})

/** A folder below the test's with these files. */
function made(name: string, files: Readonly<Record<string, string>>): string {
  const top = join(folder, name)
  mkdirSync(top)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), text)
  }
  return top
}

/** Two layers, the upper one compressed; answers the manifest's digest. */
function archive(swapped = ''): string {
  const layers = [tar('l1', { one: '1' }), tar('l2', { two: '2', '.wh.one': '' })]
  const config = {
    config: { Env: ['A=b=c'], Entrypoint: ['/run'], Cmd: ['it'] },
    rootfs: {
      diff_ids: layers.map((bytes) => digestOf(Buffer.concat([bytes, Buffer.from(swapped)]))),
    },
  }
  const blobs = [layers[0] ?? Buffer.alloc(0), gzipSync(layers[1] ?? ''), json(config)]
  const [one, two, configBlob] = blobs.map((bytes) => ({ digest: digestOf(bytes) }))
  const manifest = json({ config: configBlob, layers: [one, two] })
  const annotations = { 'org.opencontainers.image.ref.name': 'tool' }
  const index = json({ manifests: [{ digest: digestOf(manifest), annotations }] })
  const top = made('layout', {})
  mkdirSync(join(top, 'blobs/sha256'), { recursive: true })
  for (const bytes of [...blobs, manifest])
    writeFileSync(join(top, 'blobs', digestOf(bytes).replace(':', '/')), bytes)
  writeFileSync(join(top, 'index.json'), index)
  execFileSync('tar', ['-C', top, '-cf', join(folder, 'image.tar'), 'index.json', 'blobs'])
  return digestOf(manifest)
}

function tar(name: string, files: Readonly<Record<string, string>>): Buffer {
  const top = made(name, files)
  return execFileSync('tar', ['-C', top, '--mtime=@0', '-cf', '-', ...Object.keys(files)])
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
