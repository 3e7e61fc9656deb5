import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** What a client sent, or what it was told about it. */
interface Line {
  readonly id: string
  readonly kind: string
  /** number in the journal; null while nothing was told, and for what the door refused itself */
  readonly seq: number | null
  readonly code: string | null
  /** answers that were lost before this one came */
  readonly lost: number
}

/** An acknowledgement: the exchange has said that the command is durable. */
export interface Ack extends Line {
  readonly seq: number
}

/** The test's own list, which owes nothing to the exchange: on disk before a client goes on. */
export class AckList {
  readonly #path: string
  readonly #file: number

  constructor(path: string) {
    this.#path = path
    this.#file = openSync(path, 'a')
  }

  sent(id: string, kind: string): void {
    this.#write({ id, kind, seq: null, code: null, lost: 0 })
  }

  told(line: Line): void {
    this.#write(line)
    fdatasyncSync(this.#file)
  }

  /** Everything that was acknowledged, and the ids of everything that was ever sent. */
  read(): { readonly acks: readonly Ack[]; readonly sent: ReadonlySet<string> } {
    const lines = readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text) as Line)
    const acks = lines.filter((line): line is Ack => line.seq !== null)
    return { acks, sent: new Set(lines.map(({ id }) => id)) }
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}
