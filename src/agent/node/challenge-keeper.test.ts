// A daemon's side of a challenge, with the built prover beside it.
import { afterEach, beforeAll, expect, test } from 'vitest'
import { until } from '../../../test/support/api-venue.ts'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { fromHex } from '../../kernel/index.ts'
import { Fault, type ChallengeKind } from '../../messages/index.ts'
import { answerFault } from '../../models/index.ts'
import type { AssignedChallenge } from '../link.ts'
import { ChallengeKeeper } from './challenge-keeper.ts'

const SEED = '07'.repeat(32)
const DRAW = '09'.repeat(32)

interface Said {
  readonly roots: Map<number, { root: string; work: number }>
  readonly answers: Map<number, Uint8Array>
  readonly notes: string[]
}
let keeper: ChallengeKeeper

beforeAll(() => ensureBuilt())
afterEach(() => keeper.close())

function open(failures = 0, threads = 2): Said {
  const said: Said = { roots: new Map(), answers: new Map(), notes: [] }
  let left = failures
  keeper = new ChallengeKeeper({
    link: {
      commitChallenge: async (challenge, root, work) => {
        if (left-- > 0) throw new Fault('UNREACHABLE')
        said.roots.set(challenge, { root, work })
      },
      answerChallenge: async (challenge, bytes) => void said.answers.set(challenge, bytes),
    },
    threads,
    allocation: () => null,
    note: (what) => void said.notes.push(what),
  })
  return said
}

function asked(proof: ChallengeKind, size: number): AssignedChallenge {
  return { challenge: 1, lease: null, proof, seed: SEED, size, step: 'commit', draw: null }
}

test.each([
  ['matrix', 70],
  ['memory', 300],
] as const)(
  '%s: commits, and answers the draw, also after a lost connection',
  async (proof, size) => {
    const said = open(2)
    const first = asked(proof, size)
    keeper.assign([first])
    keeper.assign([first])
    await until(() => said.roots.has(1))
    keeper.assign([{ ...first, step: 'answer', draw: DRAW }])
    await until(() => said.answers.has(1))
    const { root, work } = said.roots.get(1)!
    const challenge = { proof, size, work, cores: 0 }
    const bytes = { seed: fromHex(SEED), root: fromHex(root), draw: fromHex(DRAW) }
    expect(answerFault({ ...challenge, ...bytes }, said.answers.get(1)!)).toBeNull()
    expect(answerFault({ ...challenge, ...bytes }, new Uint8Array([1]))).toBe('form')
  },
)

test('what cannot be done here is not begun: too large, or no lease to run in', async () => {
  const said = open()
  keeper.assign([asked('matrix', 100_000)])
  keeper.assign([])
  keeper.assign([asked('memory', 2 ** 31)])
  keeper.assign([])
  keeper.assign([{ ...asked('witness', 500), lease: 7 }])
  expect(said.notes).toEqual(Array.from({ length: 3 }, () => 'challenge not taken'))
})

test('for a machine that is not this one nothing is proved', () => {
  const said = open(0, 0)
  keeper.assign([asked('matrix', 70)])
  keeper.assign([])
  keeper.assign([asked('memory', 300)])
  expect(said.notes).toEqual(['challenge not taken', 'challenge not taken'])
})

test('a challenge that is over ends its prover', async () => {
  const said = open()
  keeper.assign([asked('memory', 500_000)])
  keeper.assign([])
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect({ roots: said.roots.size, notes: said.notes }).toEqual({ roots: 0, notes: [] })
})
