/** The live log of one workload: both streams as lines, in the order in which they arrived. */
import { base64urlDecode } from '../../kernel/index.ts'
import type { DataFrame } from '../../wire/index.ts'
import { makeStore, type Store } from '../state/store.ts'

export type LogStream = 'stdout' | 'stderr'
export interface LogLine {
  readonly number: number
  readonly stream: LogStream
  readonly text: string
}
export interface LogView {
  readonly lines: readonly LogLine[]
  /** lines before the first one shown, left out to keep the page quick */
  readonly leftOut: number
  readonly isEnded: boolean
}

export const LINES_KEPT = 5_000
const EMPTY: LogView = { lines: [], leftOut: 0, isEnded: false }

interface Tail {
  decoder: TextDecoder
  /** number of a line that is not finished yet */
  open: number | null
  /** bytes of the stream that were taken */
  taken: number
}
const newTail = (): Tail => ({ decoder: new TextDecoder(), open: null, taken: 0 })

export class LogStore {
  readonly view: Store<LogView> = makeStore<LogView>(EMPTY)
  #lines: LogLine[] = []
  #leftOut = 0
  #isEnded = false
  #tails: Record<LogStream, Tail> = { stdout: newTail(), stderr: newTail() }

  /** Takes a frame. Bytes that came before are not taken twice; a gap is shown as it is. */
  take(frame: Pick<DataFrame<'logs'>, 'data'>): void {
    const { stream, offset, data, end } = frame.data
    const bytes = base64urlDecode(data)
    const tail = this.#tails[stream]
    const known = Math.max(0, tail.taken - offset)
    if (known < bytes.length) {
      this.#append(stream, tail.decoder.decode(bytes.subarray(known), { stream: true }))
      tail.taken = offset + bytes.length
    }
    if (end === true) this.#isEnded = true
    this.#show()
  }

  #append(stream: LogStream, text: string): void {
    const tail = this.#tails[stream]
    const parts = text.split('\n')
    parts.forEach((part, place) => {
      const isLast = place === parts.length - 1
      const open = tail.open === null ? -1 : tail.open - this.#leftOut - 1
      const line = this.#lines[open]
      if (line !== undefined) {
        this.#lines[open] = { ...line, text: line.text + part }
      } else if (!isLast || part !== '') {
        const number = this.#leftOut + this.#lines.length + 1
        this.#lines.push({ number, stream, text: part })
        tail.open = number
      }
      if (!isLast) tail.open = null
    })
    const over = this.#lines.length - LINES_KEPT
    if (over > 0) {
      this.#lines = this.#lines.slice(over)
      this.#leftOut += over
    }
  }

  #show(): void {
    this.view.set({ lines: [...this.#lines], leftOut: this.#leftOut, isEnded: this.#isEnded })
  }
}
