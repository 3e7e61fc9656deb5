import { setTimeout as sleep } from 'node:timers/promises'
import { freemem } from 'node:os'
import { BLOCK_BYTES, FILL_MOST, MATRIX_MOST } from '../../kernel/index.ts'
import type { Allocation } from '../drivers/driver.ts'
import type { AssignedChallenge, ExchangeLink } from '../link.ts'
import { Prover } from '../proof/prover.ts'
import type { ProofTask } from '../proof/task.ts'
import { Refused } from '../link.ts'
import { isPassing } from './outcome.ts'

/** Threads of a witness, and milliseconds that it may take of an allocation. */
const WITNESS_MOST_MS = 1_000
const AGAIN_MS = 250
/** Blocks with their hashes, and something for the rest of the machine. */
const MEMORY_SHARE = 0.8
/** A committed challenge that is not drawn in a while is void. */
const COMMITTED_MS = 900_000

export interface ChallengeWorld {
  readonly link: Pick<ExchangeLink, 'commitChallenge' | 'answerChallenge'>
  /** processors of this machine; 0 where another one is sold, for which nothing can be proved here */
  readonly threads: number
  /** of a lease that is open here */
  readonly allocation: (lease: number) => Allocation | null
  readonly note: (what: string, facts: Readonly<Record<string, string | number>>) => void
}

interface Kept {
  readonly prover: Prover
  draw: string | null
}

/**
 * Takes the challenges that the exchange opens to this node: works, commits, and answers the draw.
 * What cannot be done is not begun: the deadline then says so.
 */
export class ChallengeKeeper {
  readonly #world: ChallengeWorld
  readonly #kept = new Map<number, Kept>()
  readonly #refused = new Set<number>()

  constructor(world: ChallengeWorld) {
    this.#world = world
  }

  /** The whole list, whenever it changed. */
  assign(challenges: readonly AssignedChallenge[]): void {
    const open = new Set(challenges.map(({ challenge }) => challenge))
    for (const [challenge, { prover }] of this.#kept) {
      if (open.has(challenge)) continue
      prover.close()
      this.#kept.delete(challenge)
    }
    for (const each of this.#refused) if (!open.has(each)) this.#refused.delete(each)
    for (const each of challenges) this.#step(each)
  }

  close(): void {
    this.assign([])
  }

  #step(each: AssignedChallenge): void {
    const { challenge, step, draw } = each
    const kept = this.#kept.get(challenge)
    if (kept === undefined) {
      if (step === 'commit' && !this.#refused.has(challenge)) this.#begin(each)
    } else if (draw !== null && kept.draw === null) {
      kept.draw = draw
      void this.#guard(challenge, async () => {
        const bytes = await kept.prover.answer(draw)
        await this.#again(challenge, () => this.#world.link.answerChallenge(challenge, bytes))
      })
    }
  }

  #begin(each: AssignedChallenge): void {
    const { challenge } = each
    const task = this.#taskOf(each)
    if (task === null) {
      this.#refused.add(challenge)
      this.#world.note('challenge not taken', { challenge, proof: each.proof, size: each.size })
      return
    }
    const prover = new Prover(task)
    this.#kept.set(challenge, { prover, draw: null })
    const tooLong = setTimeout(() => prover.close(), COMMITTED_MS)
    tooLong.unref()
    void this.#guard(challenge, async () => {
      const { root, work } = await prover.committed
      await this.#again(challenge, () => this.#world.link.commitChallenge(challenge, root, work))
      this.#world.note('challenge committed', { challenge, proof: each.proof, work })
    })
  }

  #taskOf({ proof, seed, size, lease }: AssignedChallenge): ProofTask | null {
    const { threads, allocation } = this.#world
    if (threads === 0) return null
    if (proof === 'matrix') return size > MATRIX_MOST ? null : { proof, seed, size, threads }
    if (proof === 'memory') {
      const isFitting = size * BLOCK_BYTES <= freemem() * MEMORY_SHARE
      return size < 2 || size > FILL_MOST || !isFitting ? null : { proof, seed, size }
    }
    const inside = lease === null ? null : allocation(lease)
    const group = inside?.handle.kind === 'group' ? inside.handle.group : null
    if (inside === null || group === null || size > WITNESS_MOST_MS) return null
    return { proof, seed, size, threads: inside.resources.cores, group: group.path }
  }

  /** What fails for now is said again while the challenge is open. */
  async #again(challenge: number, call: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await call()
      } catch (error) {
        if (!isPassing(error) || error instanceof Refused || !this.#kept.has(challenge)) throw error
        await sleep(AGAIN_MS)
      }
    }
  }

  async #guard(challenge: number, pass: () => Promise<void>): Promise<void> {
    try {
      await pass()
    } catch (error) {
      if (!isPassing(error)) throw error
      if (this.#kept.has(challenge)) {
        this.#world.note('challenge given up', { challenge, why: error.message })
      }
    }
  }
}
