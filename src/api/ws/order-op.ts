import type { KeyView } from '../../messages/index.ts'
import { HEADER, type AnswerFrame, type OrderOp } from '../../wire/index.ts'
import { mustLive, mustScope, type Caller } from '../auth/caller.ts'
import { commandIdOf } from '../command-id.ts'
import { amending, cancelling, placing, type Prepared } from '../order-writes.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'

type Data = NonNullable<AnswerFrame['data']>

/**
 * Does what the HTTP call of the same name does. Resolves when the order is on its way to the core,
 * with what will be its ack: the next order need not wait for the disk.
 */
export async function orderOp(
  services: Services,
  key: KeyView | null,
  op: OrderOp,
): Promise<{ readonly answer: Promise<Omit<AnswerFrame, 'ts'>> }> {
  if (key === null) throw refused('UNAUTHENTICATED')
  mustLive(services, key)
  let isReplayed = false
  const reply = {
    header: (name: string) => {
      if (name === HEADER.replayed) isReplayed = true
    },
  }
  services.limiter.take(`orders ${key.key}`, services.rates.orders, reply)
  mustScope(key, 'trade')
  const commandId = commandIdOf(services, op.idempotency_key, 'idempotency_key')
  const caller = { key, via: 'bearer', csrfToken: null } as const
  const prepared = await prepare(services, caller, op)
  const done = prepared({ caller, commandId, reply })
  const answer = done.then((data) => {
    const replayed = isReplayed ? { replayed: true } : {}
    return { type: 'ack', op: op.op, id: op.id, data, ...replayed } as const
  })
  return { answer }
}

function prepare(
  services: Services,
  caller: Caller,
  op: OrderOp,
): Prepared<Data> | Promise<Prepared<Data>> {
  switch (op.op) {
    case 'order.place':
      return placing(services, caller, op.body)
    case 'order.amend':
      return amending(services, caller, op.order_id, op.body)
    case 'order.cancel':
      return cancelling(services, op.order_id)
  }
}
