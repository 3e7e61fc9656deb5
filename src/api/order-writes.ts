/** What HTTP and the socket do alike: place, amend and cancel one order. */
import type { CommandOf, EventRecord, OrderView } from '../messages/index.ts'
import {
  idOf,
  priceText,
  type AmendOrderBody,
  type PlaceOrderBody,
  type PlacedOrder,
} from '../wire/index.ts'
import type { Caller } from './auth/caller.ts'
import type { WriteContext } from './handler.ts'
import { mustNumber, mustTicks, owns } from './inputs.ts'
import { orderCommand } from './order-command.ts'
import { fillsOf, placedOrder, restingOrder } from './order-result.ts'
import { refused } from './problem.ts'
import type { Services } from './services.ts'
import { eventOf, eventsOf, submit, written } from './submit.ts'
import { submitOrder } from './submit-order.ts'

/** A command that is ready for the core: submits it and tells the answer. Refuses as the core does. */
export type Prepared<A> = (context: WriteContext) => Promise<A>

export async function placing(
  services: Services,
  { key }: Caller,
  body: PlaceOrderBody,
): Promise<Prepared<PlacedOrder>> {
  const { command, instrument } = await orderCommand(services, key.account, body)
  return async (context) => {
    const done = await submitOrder(services, context, command)
    return done.kind === 'whole'
      ? placedOrder(done.reply, instrument)
      : restingOrder(done, command, key.account, instrument)
  }
}

/** `id` as the client gave it. Refuses with NOT_FOUND. */
export async function amending(
  services: Services,
  caller: Caller,
  id: string,
  { units, price }: AmendOrderBody,
) {
  const order = mustNumber('order', id)
  // One's own order may be on its way to the disk still: what is said of it comes after that.
  const seen = services.door.peek('order', { order })
  const view = seen?.account === caller.key.account ? seen : await ownOrder(services, caller, order)
  if (view === null) throw refused('NOT_FOUND', { what: 'order', id })
  const instrument = await services.catalog.byNumber(view.instrument)
  const command: CommandOf<'AmendOrder'> = {
    kind: 'AmendOrder',
    order,
    units: units ?? null,
    priceTicks: price === undefined ? null : mustTicks('price', price, instrument),
  }
  return async (context: WriteContext) => {
    const reply = await submit(services, context, command)
    const amended = eventOf(reply, 'OrderAmended')
    return {
      ...written(reply),
      order_id: idOf('order', order),
      units: amended.units,
      price: priceText(amended.priceTicks, instrument.tickMicro),
      kept_priority: amended.keptPriority,
      fills: fillsOf(reply, order, instrument),
    }
  }
}

/** `id` as the client gave it. Refuses with NOT_FOUND. */
export function cancelling(services: Services, id: string) {
  const command = { kind: 'CancelOrder', order: mustNumber('order', id) } as const
  return async (context: WriteContext) => {
    const done = await submitOrder(services, context, command)
    return done.kind === 'whole'
      ? { ...written(done.reply), order_ids: endedIds(done.reply) }
      : { ...written(done), order_ids: [idOf('order', done.order)] }
  }
}

export function endedIds(record: EventRecord): string[] {
  return eventsOf(record, 'OrderEnded').map((event) => idOf('order', event.order))
}

/** The order when it is of the caller's member; null otherwise. */
export async function ownOrder(
  services: Services,
  caller: Caller,
  order: number,
): Promise<OrderView | null> {
  const view = await services.door.ask('order', { order })
  return view !== null && (await owns(services, caller, view.account)) ? view : null
}
