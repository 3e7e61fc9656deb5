/** Brings the output of a workload here. */
import {
  closeSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { download, type Client } from '../../client/index.ts'
import type { Cli } from '../cli.ts'
import type { Mapping } from './options.ts'
import { copyFile, tarEntries, unpackTar } from '../../agent/index.ts'

/**
 * Fetches the packed output and unpacks it: a folder becomes the folder `to`, a single file the file
 * `to` (or a file in it, when `to` is a folder). Without `to` the last part of the inside path is
 * taken, here. Gives the path.
 */
export async function fetchOutput(
  cli: Cli,
  client: Client,
  workload: string,
  { from, to }: Mapping,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-output-'))
  const packed = join(folder, 'output.tar')
  try {
    const params = { workload_id: workload }
    const bytes = download((place) => client.getWorkloadOutput({ params, from: place }))
    await pipeline(Readable.from(bytes), createWriteStream(packed))
    const target = resolve(cli.host.cwd, to ?? basename(from))
    if (unpackSingle(packed, basename(from), target, to?.endsWith('/') === true)) return target
    for (const name of unpackTar(packed, target)) cli.tell(cli.say('run.leftOut', { name }))
    return target
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** When the tar holds nothing but the file `name`: writes it and says so. */
function unpackSingle(packed: string, name: string, target: string, isFolder: boolean): boolean {
  const file = openSync(packed, 'r')
  try {
    const entries = [...tarEntries(file)]
    const [only] = entries
    if (entries.length !== 1 || only?.kind !== 'file' || only.name !== name) return false
    const intoFolder = isFolder || statSync(target, { throwIfNoEntry: false })?.isDirectory()
    const path = intoFolder === true ? join(target, name) : target
    mkdirSync(dirname(path), { recursive: true })
    copyFile(file, only, path)
    return true
  } finally {
    closeSync(file)
  }
}
