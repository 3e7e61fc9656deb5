/** Orders said on a socket whose answers are still to come. */
import type { AnswerFrame, OrderOp } from '../wire/index.ts'
import { SuanError } from './error.ts'
import type { Socket } from './options.ts'

type Data = NonNullable<AnswerFrame['data']>
/** An order op without what is added here. */
export type SaidOrder = OrderOp extends infer O
  ? O extends OrderOp
    ? Omit<O, 'id' | 'idempotency_key'>
    : never
  : never
interface Asked {
  readonly idempotencyKey: string
  readonly resolve: (data: Data) => void
  readonly reject: (error: SuanError) => void
}

export class AskedOrders {
  readonly #waiting = new Map<string, Asked>()
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

  /** Takes an answer; false when it is not of an order. */
  take(frame: AnswerFrame): boolean {
    const asked = this.#waiting.get(frame.id ?? '')
    if (asked === undefined || !frame.op.startsWith('order.')) return false
    this.#waiting.delete(frame.id ?? '')
    const { data, code = 'UNREADABLE', message = code, problem = null } = frame
    const { idempotencyKey } = asked
    if (data !== undefined) asked.resolve(data)
    else {
      const status = problem?.status ?? 0
      asked.reject(new SuanError({ code, message, status, problem, idempotencyKey }))
    }
    return true
  }

  /** No answer comes any more. */
  lost(): void {
    for (const { reject, idempotencyKey } of this.#waiting.values()) {
      const message = 'the connection was lost before the answer'
      reject(new SuanError({ code: 'STATUS_UNKNOWN', message, status: 0, idempotencyKey }))
    }
    this.#waiting.clear()
  }
}
