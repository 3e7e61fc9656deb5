/**
 * Public results that the operator imported: one file a format in a folder of the door. They decide
 * nothing, so they are no part of the journal; a second server has those that were imported there.
 */
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, openDurable, syncFolder, writePieces } from '../../disk/index.ts'
import { sha256Hex, utf8Decode, utf8Encode } from '../../kernel/index.ts'
import {
  FORMATS,
  modelKey,
  publishedFormat,
  readPublished,
  type HardwareKind,
  type MatchedBy,
  type PublishedFormat,
  type PublishedRow,
  type RowFaultCode,
} from '../../models/index.ts'
import type { PublishedResult, PublishedResults, PublishedSet } from '../../wire/index.ts'
import { malformed } from '../problem.ts'

/** What an operator says of a file. */
export interface About {
  readonly source: string
  readonly published: string
  readonly importedAt: string
}
interface Loaded {
  readonly set: PublishedSet
  readonly rows: readonly PublishedRow[]
  readonly byKey: Readonly<Record<MatchedBy, ReadonlyMap<string, readonly PublishedRow[]>>>
}
type Sets = ReadonlyMap<PublishedFormat, Loaded>

const FAULTS_TOLD = 50

export class Published {
  readonly #folder: string
  #sets: Promise<Sets> | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  async sets(): Promise<readonly PublishedSet[]> {
    return [...(await this.#load()).values()].map(({ set }) => set)
  }

  /** At most `limit` results of each file: of the very name first, then of other forms of a card. */
  async search(kind: HardwareKind, model: string, limit: number): Promise<PublishedResults> {
    const data: PublishedResult[] = []
    let total = 0
    for (const { set, byKey } of (await this.#load()).values()) {
      if (set.kind !== kind) continue
      const exact = byKey.exact.get(modelKey(model, kind, 'exact')) ?? []
      const alike = byKey.model.get(modelKey(model, kind, 'model')) ?? []
      const found = [
        ...exact.map((row) => toResult(set, row, 'exact')),
        ...alike.filter((row) => !exact.includes(row)).map((row) => toResult(set, row, 'model')),
      ]
      total += found.length
      data.push(...found.slice(0, limit))
    }
    return { searched: modelKey(model, kind, 'exact'), total, data }
  }

  /**
   * Takes a file in the place of the last one of its format; durable when it resolves. Refuses with
   * MALFORMED, one error a faulty place with its line; then what was there stays.
   */
  async import(bytes: Uint8Array, about: About): Promise<PublishedSet> {
    const loaded = loadedFrom(bytes, about)
    const { format } = loaded.set
    const path = join(this.#folder, `${format}.json`)
    const text = JSON.stringify({ ...about, csv: utf8Decode(bytes) })
    await makeFolder(this.#folder)
    const file = await openDurable(`${path}.new`, true)
    try {
      await writePieces(file, utf8Encode(text), 0)
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
    await syncFolder(this.#folder)
    const before = await this.#load()
    this.#sets = Promise.resolve(new Map([...before, [format, loaded]]))
    return loaded.set
  }

  #load(): Promise<Sets> {
    if (this.#sets !== null) return this.#sets
    const loading = this.#read()
    this.#sets = loading
    // A fault passes: the next question reads again.
    loading.catch(() => (this.#sets = null))
    return loading
  }

  async #read(): Promise<Sets> {
    const sets = new Map<PublishedFormat, Loaded>()
    for (const format of publishedFormat.values) {
      const text = await readOrNull(join(this.#folder, `${format}.json`))
      if (text === null) continue
      const { csv, ...about } = JSON.parse(text) as About & { csv: string }
      sets.set(format, loadedFrom(utf8Encode(csv), about))
    }
    return sets
  }
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** As docs/evaluation.md has them. */
const FAULTS: Readonly<Record<RowFaultCode, string>> = {
  HEADER: 'these are not the columns of a known format',
  EMPTY: 'there is no row',
  TOO_MANY: 'more rows than are taken',
  QUOTE: 'a quote is never closed',
  COLUMNS: 'not as many cells as the header',
  MODEL: 'no model, or one that is too long',
  NUMBER: 'not a plain decimal number',
}

function loadedFrom(bytes: Uint8Array, about: About): Loaded {
  const file = readPublished(textOf(bytes))
  if (file.faults !== null) {
    const told = file.faults.slice(0, FAULTS_TOLD)
    throw malformed(
      ...told.map(({ line, column, code, value }) => ({
        field: column === null ? `line ${line}` : `line ${line}, ${column}`,
        code,
        message: FAULTS[code] + (value === '' ? '' : `: ${value.slice(0, 80)}`),
      })),
    )
  }
  const { format, rows } = file
  const { kind, publisher } = FORMATS[format]
  const set: PublishedSet = {
    format,
    kind,
    publisher,
    source: about.source,
    published: about.published,
    rows: rows.length,
    digest: sha256Hex(bytes),
    imported_at: about.importedAt,
  }
  const by = (how: MatchedBy) => grouped(rows, (row) => modelKey(row.model, kind, how))
  return { set, rows, byKey: { exact: by('exact'), model: by('model') } }
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8Decode(bytes)
  } catch {
    throw malformed({ field: 'line 1', code: 'HEADER', message: 'not UTF-8' })
  }
}

function grouped(rows: readonly PublishedRow[], keyOf: (row: PublishedRow) => string) {
  const groups = new Map<string, PublishedRow[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

function toResult(set: PublishedSet, row: PublishedRow, by: MatchedBy): PublishedResult {
  const { model, detail, figures } = row
  return { set, model, matched_by: by, detail, figures: figures.map((one) => ({ ...one })) }
}
