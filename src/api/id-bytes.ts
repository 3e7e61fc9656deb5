import { randomBytes } from 'node:crypto'

const STOCK_BYTES = 8_192
let stock = Buffer.alloc(0)
let taken = 0

/**
 * Random bytes for ids, from a stock: asking the system for ten costs more than the order that gets
 * them. Secrets are made with `randomBytes` itself.
 */
export function idBytes(count: number): Buffer {
  if (taken + count > stock.length) {
    stock = randomBytes(STOCK_BYTES)
    taken = 0
  }
  const bytes = stock.subarray(taken, taken + count)
  taken += count
  return bytes
}
