/** Stands for `node:crypto` in the simulator's bundle: its random bytes repeat with the seed. */
import { Prng } from '../../../src/kernel/index.ts'

export * from 'node:crypto'

let prng = new Prng(0)

export function seedRandomBytes(seed: number): void {
  prng = new Prng(seed)
}
export function randomBytes(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, () => prng.below(256)))
}
