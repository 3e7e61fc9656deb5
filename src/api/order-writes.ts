/** What HTTP and the socket do alike: place, amend and cancel one order. */
import type { Command, CommandOf, EventRecord, OrderView, Reply } from '../messages/index.ts'
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
import { fillsOf, placedOrder } from './order-result.ts'
import { refused } from './problem.ts'
import type { Services } from './services.ts'
import { eventOf, eventsOf, submit, written } from './submit.ts'

/** A command that is ready for the core, and what its reply answers. */
export interface Prepared<A> {
  readonly command: Command
  readonly answer: (reply: Reply) => A
}

/** Submits what was prepared. Refuses as the core does. */
export async function carryOut<A>(
  services: Services,
  context: WriteContext,
  { command, answer }: Prepared<A>,
): Promise<A> {
  return answer(await submit(services, context, command))
}

export async function placing(
  services: Services,
  { key }: Caller,
  body: PlaceOrderBody,
): Promise<Prepared<PlacedOrder>> {
  const { command, instrument } = await orderCommand(services, key.account, body)
  return { command, answer: (reply) => placedOrder(reply, instrument) }
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
  const answer = (reply: Reply) => {
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
  return { command, answer }
}

/** `id` as the client gave it. Refuses with NOT_FOUND. */
export function cancelling(id: string) {
  const command = { kind: 'CancelOrder', order: mustNumber('order', id) } as const
  return {
    command,
    answer: (reply: Reply) => ({ ...written(reply), order_ids: endedIds(reply) }),
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
