import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SuanError, type Client } from '../../src/client/index.ts'
import { newCommandId } from '../../src/kernel/index.ts'
import type { AckList } from './acks.ts'

const AGAIN_MS = 250
const PATIENCE_MS = 300_000

/** What every accepted write answers. */
interface Written {
  readonly seq: number
}
type Told<T> = { readonly answer: T } | { readonly code: string; readonly seq: number | null }

/** One client, one command at a time; a command whose answer is lost is sent again, same id. */
export class Sender {
  readonly client: Client
  /** code of the last refusal */
  refusal: string | null = null
  readonly #acks: AckList

  constructor(client: Client, acks: AckList) {
    this.client = client
    this.#acks = acks
  }

  /** The answer; null when the exchange refused. Throws when one id has two outcomes. */
  async send<T extends Written>(kind: string, call: (id: string) => Promise<T>): Promise<T | null> {
    const id = newCommandId(Date.now(), randomBytes(10))
    this.#acks.sent(id, kind)
    const { told, lost } = await untilTold(() => call(id))
    const seq = seqOf(told)
    const code = 'code' in told ? told.code : null
    this.refusal = code ?? this.refusal
    this.#acks.told({ id, kind, seq, code, lost })
    if (lost > 0 && seq !== null) {
      const again = await untilTold(() => call(id))
      if (seqOf(again.told) !== seq) {
        throw new Error(`${kind} ${id}: first ${seq}, then ${JSON.stringify(again.told)}`)
      }
    }
    return 'answer' in told ? told.answer : null
  }
}

async function untilTold<T extends Written>(
  once: () => Promise<T>,
): Promise<{ readonly told: Told<T>; readonly lost: number }> {
  const deadline = Date.now() + PATIENCE_MS
  for (let lost = 0; ; lost++) {
    try {
      return { told: { answer: await once() }, lost }
    } catch (error) {
      if (!(error instanceof SuanError)) throw error
      const seq = error.problem?.seq ?? null
      // A refusal of the core is journaled and final; one of the door is final unless it passes.
      if (seq !== null || !error.retryable) return { told: { code: error.code, seq }, lost }
      if (Date.now() > deadline) throw error
      await sleep(AGAIN_MS)
    }
  }
}

function seqOf<T extends Written>(told: Told<T>): number | null {
  return 'answer' in told ? told.answer.seq : told.seq
}

/** Reads, as often as it takes, while the exchange may be away. */
export async function reading<T>(once: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await once()
    } catch (error) {
      const passes = error instanceof SuanError && error.retryable
      if (!passes || Date.now() > deadline) throw error
      await sleep(AGAIN_MS)
    }
  }
}
