import type { KeyView } from '../../messages/index.ts'
import { HEADER, type AnswerFrame, type OrderOp } from '../../wire/index.ts'
import { mustLive, mustScope } from '../auth/caller.ts'
import { commandIdOf } from '../command-id.ts'
import type { WriteContext } from '../handler.ts'
import { amendOrder, cancelOrder, placeOrder } from '../order-writes.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'

/** Does what the HTTP call of the same name does, under the same limits; gives its ack. */
export async function orderOp(
  services: Services,
  key: KeyView | null,
  op: OrderOp,
): Promise<Omit<AnswerFrame, 'ts'>> {
  if (key === null) throw refused('UNAUTHENTICATED')
  mustLive(services, key)
  const headers = new Map<string, string>()
  const reply = { header: (name: string, value: string) => headers.set(name, value) }
  services.limiter.take(`key ${key.key}`, services.rates.key, reply)
  mustScope(key, 'trade')
  const commandId = commandIdOf(services, op.idempotency_key, 'idempotency_key')
  const caller = { key, via: 'bearer', csrfToken: null } as const
  const data = await write(services, { caller, commandId, reply }, op)
  const replayed = headers.has(HEADER.replayed) ? { replayed: true } : {}
  return { type: 'ack', op: op.op, id: op.id, data, ...replayed }
}

function write(services: Services, context: WriteContext, op: OrderOp) {
  switch (op.op) {
    case 'order.place':
      return placeOrder(services, context, op.body)
    case 'order.amend':
      return amendOrder(services, context, op.order_id, op.body)
    case 'order.cancel':
      return cancelOrder(services, context, op.order_id)
  }
}
