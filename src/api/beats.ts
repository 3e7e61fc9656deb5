import { randomBytes } from 'node:crypto'
import { idOf, type ChannelData } from '../wire/index.ts'

interface Asked {
  readonly lease: number
  /** null where there is nobody to ask */
  readonly node: number | null
  readonly nonce: string
}
interface Answered {
  readonly lease: number
  /** null: nothing in time */
  readonly answer: string | null
  readonly ms: number
}
interface Waiting {
  readonly node: number
  readonly take: (answer: string) => void
}
type Send = (beats: ChannelData['beats']) => void

/**
 * Carries a prober's nonces to daemons and back. A daemon that leaves all nonces of a round without
 * an answer is told of: a socket alone is no sign of life.
 */
export class Beats {
  readonly #send = new Map<number, Set<Send>>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #beatMs: number
  readonly #heard: (node: number, answered: boolean) => void

  constructor(beatMs: number, heard: (node: number, answered: boolean) => void) {
    this.#beatMs = beatMs
    this.#heard = heard
  }

  /** A daemon of the node listens; call the answer when it does not any more. */
  opened(node: number, send: Send): () => void {
    const all = this.#send.get(node) ?? new Set()
    this.#send.set(node, all.add(send))
    return () => {
      all.delete(send)
      if (all.size === 0) this.#send.delete(node)
    }
  }

  /** Something came back; only from the daemon that was asked. */
  answered(node: number, beat: string, nonce: string): void {
    const waiting = this.#waiting.get(beat)
    if (waiting?.node === node) waiting.take(nonce)
  }

  /** Asks all at once, and waits for the slowest or until it is too late for all. */
  async ask(asked: readonly Asked[]): Promise<Answered[]> {
    const startMs = performance.now()
    const byNode = new Map<number, ChannelData['beats']>()
    const answers = asked.map(async ({ lease, node, nonce }) => {
      if (node === null) return { lease, node, answer: null, ms: 0 }
      const beat = randomBytes(9).toString('base64url')
      const beats = byNode.get(node) ?? []
      beats.push({ beat_id: beat, lease_id: idOf('lease', lease), nonce })
      byNode.set(node, beats)
      const answer = await this.#wait(beat, node)
      return { lease, node, answer, ms: Math.round(performance.now() - startMs) }
    })
    for (const [node, beats] of byNode) {
      for (const send of this.#send.get(node) ?? []) send(beats)
    }
    const all = await Promise.all(answers)
    const alive = new Set(all.filter(({ answer }) => answer !== null).map(({ node }) => node))
    for (const node of byNode.keys()) this.#heard(node, alive.has(node))
    return all.map(({ lease, answer, ms }) => ({ lease, answer, ms }))
  }

  #wait(beat: string, node: number): Promise<string | null> {
    return new Promise((resolve) => {
      const done = (answer: string | null): void => {
        clearTimeout(late)
        this.#waiting.delete(beat)
        resolve(answer)
      }
      const late = setTimeout(() => done(null), this.#beatMs)
      this.#waiting.set(beat, { node, take: done })
    })
  }
}
