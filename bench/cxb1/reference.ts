/** The three files of spec/engine.md section 2, with what the specification says of them. */
import type { Workload } from './generate.ts'
import type { Result } from './result.ts'

export interface Reference {
  readonly name: 'w1' | 'w100' | 'm1'
  readonly workload: Workload
  readonly result: Result
  readonly sha256: string
}

const COMMON = { commands: 1_000_000, seed: 42 }

export const REFERENCES: readonly Reference[] = [
  {
    name: 'w1',
    workload: { ...COMMON, symbols: 1, prefill: 10_000, mix: 'std' },
    result: { trades: 261_227, volume: 6_677_309, h: 291_571_939, live: 5_090 },
    sha256: '2d6011f448e31153a7621d7fd6629cc0a2946a0a1c5566c6bc4db0c7072a951b',
  },
  {
    name: 'w100',
    workload: { ...COMMON, symbols: 100, prefill: 1_000, mix: 'std' },
    result: { trades: 212_166, volume: 5_435_079, h: 345_313_749, live: 86_201 },
    sha256: '064bd7ea4b1feff65fb88c278301819c30b1006a5954661216b688c5909ec624',
  },
  {
    name: 'm1',
    workload: { ...COMMON, symbols: 1, prefill: 1_000, mix: 'move' },
    result: { trades: 92_193, volume: 2_374_180, h: 1_379_853_514, live: 502 },
    sha256: '79dd96dcfe95a521c5d7dc83d37d69db17236b943dd369ed67e0420095ad6e80',
  },
]
