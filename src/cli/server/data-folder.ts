/** Where a server keeps what it must not lose. Every secret file is 0600, every folder 0700. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { makeFileSync, syncFolderSync } from '../../disk/index.ts'
import { base62Encode, sha256Hex, utf8Encode } from '../../kernel/index.ts'

export interface DataFolder {
  /** holds the engine's files and the door's */
  readonly root: string
  readonly projections: string
  readonly objects: string
  readonly provider: string
  readonly secrets: string
  /** CLI context with the keys of the sandbox buyer */
  readonly context: string
}

/** Makes the folders of a server under `root`; what is there stays. */
export function openDataFolder(root: string): DataFolder {
  const at = (name: string) => join(resolve(root), name)
  const folder: DataFolder = {
    root: resolve(root),
    projections: at('projections'),
    objects: at('objects'),
    provider: at('provider'),
    secrets: at('secrets'),
    context: at('context.toml'),
  }
  for (const path of [folder.root, folder.secrets]) {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    syncFolderSync(dirname(path))
  }
  return folder
}

/** A secret text of the folder, made by `make` and durable when it is not there yet. */
export function secretFile(folder: DataFolder, name: string, make: () => string): string {
  const path = join(folder.secrets, name)
  makeFileSync(path, Buffer.from(`${make()}\n`))
  return readFileSync(path, 'utf8').trim()
}

/** 256 random bits as a bearer token; `live` and `test` keep real and play money apart at a glance. */
export function newToken(kind: 'live' | 'test' | 'link'): string {
  const bytes = randomBytes(32)
  const text = [...Array(8).keys()].map((i) =>
    base62Encode(bytes.readUInt32BE(i * 4)).padStart(6, '0'),
  )
  return `suan_${kind}_${text.join('')}`
}

/** What the exchange keeps of a token. */
export function tokenSecret(token: string): string {
  return sha256Hex(utf8Encode(token))
}
