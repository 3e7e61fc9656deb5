/**
 * The common workload CXB-1 (one symbol, standard mix) as actions, so that every engine under test
 * gets the same orders and its trades can be compared with those of the workload's own oracle.
 */
import { generate } from './cxb1/generate.ts'
import { CANCEL, ID, LIMIT, PRICE, RECORD_WORDS, UNITS } from './cxb1/record.ts'

export type Side = 'buy' | 'sell'
export type Action =
  | {
      readonly kind: 'enter'
      readonly id: number
      readonly side: Side
      readonly price: number
      readonly units: number
      /** false: what does not trade at once is cancelled (IOC) */
      readonly rests: boolean
    }
  | { readonly kind: 'cancel'; readonly id: number; readonly side: Side }

export interface OrderFlow {
  /** the same as records */
  readonly words: Int32Array
  /** limit orders that fill the book before anything is timed */
  readonly prefill: readonly Action[]
  readonly actions: readonly Action[]
  /** of `actions` alone */
  readonly trades: number
  readonly volume: number
}

/** The workload of a seed: `prefill` orders, then `commands`. */
export function orderFlow(prefill: number, commands: number, seed: number): OrderFlow {
  const { words, result } = generate({ symbols: 1, prefill, commands, seed, mix: 'std' })
  const all = Array.from({ length: prefill + commands }, (_, record) => actionOf(words, record))
  const { trades, volume } = result
  return { words, prefill: all.slice(0, prefill), actions: all.slice(prefill), trades, volume }
}

function actionOf(words: Int32Array, record: number): Action {
  const word = (at: number) => words[record * RECORD_WORDS + at] ?? 0
  const head = word(0)
  const id = word(ID)
  const side = head >>> 8 === 0 ? 'buy' : 'sell'
  const type = head & 255
  if (type === CANCEL) return { kind: 'cancel', id, side }
  return { kind: 'enter', id, side, price: word(PRICE), units: word(UNITS), rests: type === LIMIT }
}
