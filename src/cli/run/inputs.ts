/** Files that go with a workload: found, checked against the limits, stored by their digest. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join, posix, resolve } from 'node:path'
import { PIECE_BYTES, upload, type Client } from '../../client/index.ts'
import { LIMITS } from '../../messages/index.ts'
import type { StoredObject, WorkloadSpecBody } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import type { Mapping } from './options.ts'

/** The API takes no more inputs than this for one workload. */
const INPUTS_MAX = 256

interface LocalFile {
  readonly path: string
  readonly inside: string
  readonly size: number
  readonly mode: number
}
type Inputs = NonNullable<WorkloadSpecBody['inputs']>

/** The files of `--file`, folders with all that is in them. Errors: UsageError by file and limit. */
export function findInputs(cli: Cli, mappings: readonly Mapping[]): LocalFile[] {
  const files = mappings.flatMap(({ from, to }) => filesBelow(cli, from, to ?? basename(from)))
  const { say } = cli
  if (files.length > INPUTS_MAX) {
    throw new UsageError(say('error.tooManyFiles', { count: files.length, limit: INPUTS_MAX }))
  }
  for (const { path, size } of files) {
    const limit = LIMITS.uploadBytes
    if (size > limit) throw new UsageError(say('error.fileTooLarge', { path, size, limit }))
  }
  return files
}

function filesBelow(cli: Cli, path: string, inside: string): LocalFile[] {
  const full = resolve(cli.host.cwd, path)
  const stat = statSync(full, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(cli.say('error.noFile', { path }))
  if (stat.isDirectory()) {
    const names = readdirSync(full).toSorted()
    return names.flatMap((name) => filesBelow(cli, join(path, name), posix.join(inside, name)))
  }
  return [{ path: full, inside, size: stat.size, mode: stat.mode & 0o777 }]
}

/**
 * Stores the files; bytes that are there already are not stored twice by the exchange. Large ones go
 * in pieces, and are not sent at all when they are there.
 */
export async function storeInputs(client: Client, files: readonly LocalFile[]): Promise<Inputs> {
  const inputs: Inputs = []
  for (const { path, inside, size, mode } of files) {
    const stored = await storeFile(client, path, size)
    inputs.push({ path: inside, digest: stored.digest, size_bytes: stored.size_bytes, mode })
  }
  return inputs
}

/** Stores a file, in one request or in pieces. */
export async function storeFile(client: Client, path: string, size: number): Promise<StoredObject> {
  if (size <= PIECE_BYTES) return client.putObject({ body: readFileSync(path) })
  const { fileSource } = await import('../../agent/index.ts')
  return upload(client, await fileSource(path))
}
