/** What HTTP and the socket do alike: place, amend and cancel one order. */
import type { EventRecord, OrderView } from '../messages/index.ts'
import { idOf, priceText, type AmendOrderBody, type PlaceOrderBody } from '../wire/index.ts'
import type { Caller } from './auth/caller.ts'
import type { WriteContext } from './handler.ts'
import { mustNumber, mustTicks, owns } from './inputs.ts'
import { orderCommand } from './order-command.ts'
import { fillsOf, placedOrder } from './order-result.ts'
import { refused } from './problem.ts'
import type { Services } from './services.ts'
import { eventOf, eventsOf, submit, written } from './submit.ts'

export async function placeOrder(services: Services, context: WriteContext, body: PlaceOrderBody) {
  const { account } = context.caller.key
  const { command, instrument } = await orderCommand(services, account, body)
  return placedOrder(await submit(services, context, command), instrument)
}

/** `id` as the client gave it. Refuses with NOT_FOUND. */
export async function amendOrder(
  services: Services,
  context: WriteContext,
  id: string,
  { units, price }: AmendOrderBody,
) {
  const order = mustNumber('order', id)
  const view = await ownOrder(services, context.caller, order)
  if (view === null) throw refused('NOT_FOUND', { what: 'order', id })
  const instrument = await services.catalog.byNumber(view.instrument)
  const reply = await submit(services, context, {
    kind: 'AmendOrder',
    order,
    units: units ?? null,
    priceTicks: price === undefined ? null : mustTicks('price', price, instrument),
  })
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

/** `id` as the client gave it. Refuses with NOT_FOUND. */
export async function cancelOrder(services: Services, context: WriteContext, id: string) {
  const command = { kind: 'CancelOrder', order: mustNumber('order', id) } as const
  const reply = await submit(services, context, command)
  return { ...written(reply), order_ids: endedIds(reply) }
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
