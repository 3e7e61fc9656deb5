/** The books as an auditor keeps them: only from the entries that were posted. */
import type { EventOf } from '../../../src/messages/index.ts'
import { must } from '../violation.ts'

export const AVAILABLE = 2000
export const HOLD = 2010
export const LEASE_ESCROW = 2020
export const FEE_ESCROW = 2025

/** Owners of a code lie this far apart in the map of balances. */
const SPAN = 2 ** 38

type Postings = EventOf<'EntryPosted'>['postings']

export class Money {
  /** debit positive, micro-units, by asset and then code and owner */
  readonly #assets = new Map<string, Map<number, bigint>>()

  /** Takes an entry in. It must sum to zero, and leave no member's money below zero. */
  post({ rule, subject, postings }: EventOf<'EntryPosted'>): void {
    const sums = new Map<string, bigint>()
    for (const { code, owner, asset, amountMicro } of postings) {
      const balances = this.#of(asset)
      const after = (balances.get(code * SPAN + owner) ?? 0n) + amountMicro
      balances.set(code * SPAN + owner, after)
      sums.set(asset, (sums.get(asset) ?? 0n) + amountMicro)
      const isBelow = code >= 2000 && code < 3000 && after > 0n
      must(!isBelow, 'conservation', () => `${rule} ${subject}: ${code}/${owner} is ${-after}`)
    }
    for (const [asset, sum] of sums) {
      must(sum === 0n, 'conservation', () => `${rule} ${subject}: ${asset} sums to ${sum}`)
    }
  }
  credit(code: number, owner: number, asset = 'CNY'): bigint {
    return -(this.#assets.get(asset)?.get(code * SPAN + owner) ?? 0n)
  }
  /** Balances that are not zero, debit positive, as text by asset, code and owner. */
  *balances(): Generator<readonly [key: string, amountMicro: bigint]> {
    for (const [asset, balances] of this.#assets) {
      for (const [key, amount] of balances) {
        if (amount === 0n) continue
        const code = Math.floor(key / SPAN)
        yield [`${code}/${key - code * SPAN}/${asset}`, amount]
      }
    }
  }

  /** What a list of postings moves at one place, debit positive. */
  static at(postings: Postings, code: number, owner: number): bigint {
    let sum = 0n
    for (const line of postings) {
      if (line.code === code && line.owner === owner) sum += line.amountMicro
    }
    return sum
  }
  #of(asset: string): Map<number, bigint> {
    let balances = this.#assets.get(asset)
    if (balances === undefined) this.#assets.set(asset, (balances = new Map()))
    return balances
  }
}
