/** What became of the items of a batch, when all of it is durable: 40 bytes each. */
import { utf8Decode, utf8Encode } from '../../kernel/index.ts'
import { orderEnd, orderStatus, type OrderEnd, type OrderStatus } from '../../messages/index.ts'
import { BATCH, FRAME, getU53, readHead, setU53, viewOf, wrong, writeHead } from './layout.ts'

/** Where each field of an outcome lies. */
const OUTCOME = {
  seq: 0,
  order: 8,
  filledTicks: 16,
  filledUnits: 24,
  remainingUnits: 28,
  status: 32,
  end: 33,
  /** 0 when the item was accepted, else a place in the table of codes that ends the frame */
  code: 34,
  replayed: 35,
  zero: 36,
} as const
const NONE = 255
const CODES_MAX = 255

/** As the answer of the call for one: an accepted item has `code` null. */
export interface ItemOutcome {
  /** why it was refused: the code that the call for one gives; null when it was accepted */
  readonly code: string | null
  /** its place in the journal; 0 when it was refused before */
  readonly seq: number
  /** true when an earlier command with this id had this outcome already */
  readonly replayed: boolean
  /** number of the order: `idOf('order', order)`; 0 when there is none */
  readonly order: number
  readonly status: OrderStatus | null
  /** why it left the book before it was filled */
  readonly end: OrderEnd | null
  /** units that this order took from others as it came */
  readonly filled_units: number
  /** sum of ticks x units of those fills */
  readonly filled_ticks: number
  readonly remaining_units: number
}

/** Writes a frame of outcomes one by one. */
export class OutcomeWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #view: DataView
  readonly #codes: string[] = []
  #at: number = BATCH.headBytes

  constructor(batch: number, count: number) {
    this.#bytes = new Uint8Array(BATCH.headBytes + count * BATCH.outcomeBytes)
    this.#view = viewOf(this.#bytes)
    writeHead(this.#view, FRAME.outcomes, { batch, count })
  }

  add(outcome: ItemOutcome): void {
    const view = this.#view
    const at = this.#at
    setU53(view, at + OUTCOME.seq, outcome.seq)
    setU53(view, at + OUTCOME.order, outcome.order)
    setU53(view, at + OUTCOME.filledTicks, outcome.filled_ticks)
    view.setUint32(at + OUTCOME.filledUnits, outcome.filled_units, true)
    view.setUint32(at + OUTCOME.remainingUnits, outcome.remaining_units, true)
    const { status, end, code } = outcome
    view.setUint8(at + OUTCOME.status, status === null ? NONE : orderStatus.values.indexOf(status))
    view.setUint8(at + OUTCOME.end, end === null ? NONE : orderEnd.values.indexOf(end))
    view.setUint8(at + OUTCOME.code, code === null ? 0 : this.#placeOf(code))
    view.setUint8(at + OUTCOME.replayed, outcome.replayed ? 1 : 0)
    this.#at += BATCH.outcomeBytes
  }

  /** The frame: the outcomes, then the codes in use, each with its length before it. */
  finish(): Uint8Array<ArrayBuffer> {
    const texts = this.#codes.map((code) => utf8Encode(code))
    const size = texts.reduce((sum, text) => sum + 1 + text.length, 1)
    const bytes = new Uint8Array(this.#bytes.length + size)
    bytes.set(this.#bytes)
    let at = this.#bytes.length
    bytes[at++] = texts.length
    for (const text of texts) {
      bytes[at++] = text.length
      bytes.set(text, at)
      at += text.length
    }
    return bytes
  }

  #placeOf(code: string): number {
    const place = this.#codes.indexOf(code)
    if (place >= 0) return place + 1
    if (this.#codes.length === CODES_MAX) throw wrong('codes', `at most ${CODES_MAX} codes`)
    return this.#codes.push(code)
  }
}

/**
 * Reads a frame of outcomes. Throws CodecError for what is no such frame: each has one encoding, as
 * OutcomeWriter makes it.
 */
export function decodeOutcomes(bytes: Uint8Array): {
  readonly batch: number
  readonly outcomes: readonly ItemOutcome[]
} {
  const view = viewOf(bytes)
  const { batch, count } = readHead(view, FRAME.outcomes)
  const codes = readCodes(bytes, BATCH.headBytes + count * BATCH.outcomeBytes)
  let used = 0
  const outcomes: ItemOutcome[] = []
  for (let index = 0; index < count; index++) {
    const at = BATCH.headBytes + index * BATCH.outcomeBytes
    const code = view.getUint8(at + OUTCOME.code)
    const replayed = view.getUint8(at + OUTCOME.replayed)
    if (code > used + 1) throw wrong('code', 'codes in the order of their use')
    if (replayed > 1 || view.getUint32(at + OUTCOME.zero) !== 0) throw wrong('replayed', '0 or 1')
    used = Math.max(used, code)
    outcomes.push({
      code: wordAt(codes, code, 0),
      seq: integerAt(view, at + OUTCOME.seq),
      replayed: replayed === 1,
      order: integerAt(view, at + OUTCOME.order),
      status: wordAt(orderStatus.values, view.getUint8(at + OUTCOME.status), NONE),
      end: wordAt(orderEnd.values, view.getUint8(at + OUTCOME.end), NONE),
      filled_units: view.getUint32(at + OUTCOME.filledUnits, true),
      filled_ticks: integerAt(view, at + OUTCOME.filledTicks),
      remaining_units: view.getUint32(at + OUTCOME.remainingUnits, true),
    })
  }
  if (used !== codes.length - 1) throw wrong('codes', 'codes that are used')
  return { batch, outcomes }
}

function integerAt(view: DataView, at: number): number {
  const value = getU53(view, at)
  if (!Number.isSafeInteger(value)) throw wrong('outcomes', 'an integer 0..2^53-1')
  return value
}

/** The word at a place; null at the place that means none. */
function wordAt<W extends string>(words: readonly W[], place: number, none: number): W | null {
  if (place === none) return null
  const word = words[place]
  if (word === undefined) throw wrong('outcomes', 'a known word')
  return word
}

/** The table at the end of the frame; its places begin at 1. */
function readCodes(bytes: Uint8Array, from: number): readonly string[] {
  const codes = ['']
  let at = from
  const next = (): number => {
    const byte = bytes[at++]
    if (byte === undefined) throw wrong('codes', 'more bytes')
    return byte
  }
  for (let left = next(); left > 0; left--) {
    const length = next()
    if (at + length > bytes.length) throw wrong('codes', 'more bytes')
    const code = utf8Decode(bytes.subarray(at, at + length))
    if (codes.includes(code)) throw wrong('codes', 'different codes')
    codes.push(code)
    at += length
  }
  if (at !== bytes.length) throw wrong('length', `${at} bytes`)
  return codes
}
