/** Orders said on a socket whose answers are still to come. */
import {
  decodeOutcomes,
  encodeItems,
  type AnswerFrame,
  type IdentifiedItem,
  type ItemOutcome,
  type OrderOp,
} from '../wire/index.ts'
import { SuanError } from './error.ts'
import type { Socket } from './options.ts'

type Data = NonNullable<AnswerFrame['data']>
/** An order op without what is added here. */
export type SaidOrder = OrderOp extends infer O
  ? O extends OrderOp
    ? Omit<O, 'id' | 'idempotency_key'>
    : never
  : never
interface Asked<T> {
  /** null for a batch: each of its items has its own */
  readonly idempotencyKey: string | null
  readonly resolve: (answer: T) => void
  readonly reject: (error: SuanError) => void
}
const BATCH_OP = 'order.batch'
const BATCHES = 2 ** 32

export class AskedOrders {
  readonly #waiting = new Map<string, Asked<Data>>()
  readonly #batches = new Map<number, Asked<readonly ItemOutcome[]>>()
  #nextId = 1

  /**
   * Says it; resolves with its answer. Errors: SuanError, STATUS_UNKNOWN when the connection is lost
   * before the answer.
   */
  ask(socket: Socket, said: SaidOrder, idempotencyKey: string): Promise<Data> {
    const id = `o${this.#nextId++}`
    const op = { ...said, id, idempotency_key: idempotencyKey }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { idempotencyKey, resolve, reject })
      socket.send(JSON.stringify(op))
    })
  }

  /** Says a batch; resolves with its outcomes. Errors: as `ask`. */
  askBatch(socket: Socket, items: readonly IdentifiedItem[]): Promise<readonly ItemOutcome[]> {
    const batch = this.#nextId++ % BATCHES
    const frame = encodeItems(batch, items)
    return new Promise((resolve, reject) => {
      this.#batches.set(batch, { idempotencyKey: null, resolve, reject })
      socket.send(frame)
    })
  }

  /** Takes an answer; false when it is not of an order. */
  take(frame: AnswerFrame): boolean {
    const { op, id = '', data } = frame
    if (op === BATCH_OP) {
      this.#batches.get(Number(id))?.reject(errorOf(frame, null))
      this.#batches.delete(Number(id))
      return true
    }
    const asked = this.#waiting.get(id)
    if (asked === undefined || !op.startsWith('order.')) return false
    this.#waiting.delete(id)
    if (data === undefined) asked.reject(errorOf(frame, asked.idempotencyKey))
    else asked.resolve(data)
    return true
  }

  /** Takes a binary frame: the outcomes of a batch. */
  takeOutcomes(bytes: Uint8Array): void {
    const { batch, outcomes } = decodeOutcomes(bytes)
    const asked = this.#batches.get(batch)
    this.#batches.delete(batch)
    asked?.resolve(outcomes)
  }

  /** No answer comes any more. */
  lost(): void {
    for (const { reject, idempotencyKey } of [
      ...this.#waiting.values(),
      ...this.#batches.values(),
    ]) {
      const message = 'the connection was lost before the answer'
      reject(new SuanError({ code: 'STATUS_UNKNOWN', message, status: 0, idempotencyKey }))
    }
    this.#waiting.clear()
    this.#batches.clear()
  }
}

/** The error that an answer stands for. */
export function errorOf(frame: AnswerFrame, idempotencyKey: string | null): SuanError {
  const { code = 'UNREADABLE', message = code, problem = null } = frame
  return new SuanError({ code, message, status: problem?.status ?? 0, problem, idempotencyKey })
}
