/** What the trades of a CXB-1 run come to. */
export interface Result {
  trades: number
  volume: number
  /** unsigned */
  h: number
  /** orders that rest at the end */
  live: number
}

const P = 0x01000193

/** Counts a trade and mixes it into h: ((((h^maker)*P ^ taker)*P ^ price)*P ^ units)*P mod 2^32. */
export function hashTrade(
  result: Result,
  maker: number,
  taker: number,
  price: number,
  units: number,
): void {
  result.trades++
  result.volume += units
  let h = Math.imul(result.h ^ maker, P)
  h = Math.imul(h ^ taker, P)
  h = Math.imul(h ^ price, P)
  result.h = Math.imul(h ^ units, P) >>> 0
}
