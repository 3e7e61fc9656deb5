/** Bytes that went in and out, by account or by workload: kept for years in a file of a line each. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Direction = 'in' | 'out'
interface Row {
  in: number
  out: number
}

export interface MeterOptions {
  /** name of the file */
  readonly file: string
  /** told of everything that passes */
  readonly onBytes?: (direction: Direction, bytes: number) => void
  /** with more rows than this the oldest are forgotten */
  readonly most?: number
}

const SAVE_MS = 10_000

/**
 * What has passed is on disk within ten seconds and at a stop; a process that is killed forgets what
 * passed since. They are counts to look at, not bills.
 */
export class ByteMeter {
  readonly #path: string
  readonly #rows: Map<number, Row>
  readonly #changed = new Set<number>()
  readonly #onBytes: (direction: Direction, bytes: number) => void
  readonly #most: number
  readonly #timer: NodeJS.Timeout

  private constructor(
    path: string,
    rows: Map<number, Row>,
    onBytes: (direction: Direction, bytes: number) => void,
    most: number,
  ) {
    this.#path = path
    this.#rows = rows
    this.#onBytes = onBytes
    this.#most = most
    this.#timer = setInterval(() => void this.#save(), SAVE_MS)
    this.#timer.unref()
  }

  /** Takes up the counts in `folder`. */
  static open(folder: string, { file, onBytes = () => {}, most = Infinity }: MeterOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, file)
    const known = existsSync(path) ? rowsOf(readFileSync(path, 'utf8')) : new Map<number, Row>()
    const rows = new Map([...known].slice(-most))
    // Once a start, so that it stays as long as there are rows.
    writeFileSync(`${path}.new`, [...rows].map(lineOf).join(''), { mode: 0o600 })
    renameSync(`${path}.new`, path)
    return new ByteMeter(path, rows, onBytes, most)
  }

  add(account: number, direction: Direction, bytes: number): void {
    const row = this.#rows.get(account) ?? { in: 0, out: 0 }
    row[direction] += bytes
    this.#rows.set(account, row)
    const [oldest] = this.#rows.keys()
    if (this.#rows.size > this.#most && oldest !== undefined) this.#rows.delete(oldest)
    this.#changed.add(account)
    this.#onBytes(direction, bytes)
  }

  of(account: number): Readonly<Row> {
    return this.#rows.get(account) ?? { in: 0, out: 0 }
  }

  /** The same chunks, counted as they pass. */
  async *counted(
    account: number,
    direction: Direction,
    chunks: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.add(account, direction, chunk.length)
      yield chunk
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#save()
  }

  async #save(): Promise<void> {
    const accounts = [...this.#changed]
    if (accounts.length === 0) return
    this.#changed.clear()
    try {
      await appendFile(this.#path, accounts.map((each) => lineOf([each, this.of(each)])).join(''))
    } catch {
      // The disk is full: counts are the last thing to worry about, and are saved later.
      for (const account of accounts) this.#changed.add(account)
    }
  }
}

const lineOf = ([account, row]: readonly [number, Row]): string =>
  `${account} ${row.in} ${row.out}\n`

/** The last line of an account counts; one that was cut short is left out. */
function rowsOf(text: string): Map<number, Row> {
  const lines = [...text.matchAll(/^(\d+) (\d+) (\d+)\n/gm)]
  return new Map(
    lines.map(([, account, a, b]) => [Number(account), { in: Number(a), out: Number(b) }]),
  )
}
