/** The order book of one instrument as the stream tells it, shown at most ten times a second. */
import type { Book, DataFrame, Level } from '../../wire/index.ts'
import { moneyOf } from '../../wire/index.ts'
import { makeStore, type Store } from '../state/store.ts'

export interface BookView {
  readonly seq: number
  /** best first */
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

const SHOW_EVERY_MS = 100
const micro = (price: string): bigint => moneyOf(price) ?? 0n

/** What the store needs from a timer; the global ones fit. */
export interface Timer {
  readonly later: (run: () => void, ms: number) => void
}
const browserTimer: Timer = { later: (run, ms) => void setTimeout(run, ms) }

export class BookStore {
  /** null before the first snapshot */
  readonly view: Store<BookView | null> = makeStore<BookView | null>(null)
  readonly #timer: Timer
  #bids = new Map<string, Level>()
  #asks = new Map<string, Level>()
  #seq = 0
  #isPaused = false
  #isWaiting = false

  constructor(timer: Timer = browserTimer) {
    this.#timer = timer
  }

  /** Takes a frame: a snapshot replaces the book, an update changes levels (0 units remove). */
  take(frame: Pick<DataFrame<'book'>, 'type' | 'seq' | 'data'>): void {
    if (frame.type === 'snapshot') {
      this.#bids.clear()
      this.#asks.clear()
    }
    merge(this.#bids, frame.data.bids)
    merge(this.#asks, frame.data.asks)
    this.#seq = frame.seq
    if (this.view.get() === null) this.#show()
    else this.#showSoon()
  }

  /** While paused the shown book stands still; what arrives is kept and shown afterwards. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused
    if (!isPaused) this.#show()
  }

  #showSoon(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#timer.later(() => {
      this.#isWaiting = false
      if (!this.#isPaused) this.#show()
    }, SHOW_EVERY_MS)
  }

  #show(): void {
    this.view.set({
      seq: this.#seq,
      bids: sorted(this.#bids, (a, b) => (micro(b[0]) > micro(a[0]) ? 1 : -1)),
      asks: sorted(this.#asks, (a, b) => (micro(a[0]) > micro(b[0]) ? 1 : -1)),
    })
  }
}

function merge(levels: Map<string, Level>, changes: Book['bids']): void {
  for (const level of changes) {
    if (level[1] === 0) levels.delete(level[0])
    else levels.set(level[0], level)
  }
}

function sorted(levels: Map<string, Level>, order: (a: Level, b: Level) => number): Level[] {
  return [...levels.values()].toSorted(order)
}

/** Best ask less best bid as a decimal text; null when a side is empty. */
export function spreadMicro(view: BookView): bigint | null {
  const bid = view.bids[0]
  const ask = view.asks[0]
  return bid === undefined || ask === undefined ? null : micro(ask[0]) - micro(bid[0])
}
