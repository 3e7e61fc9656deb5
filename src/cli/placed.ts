import type { Order, PlacedOrder } from '../wire/index.ts'
import type { Cli } from './cli.ts'
import { EXIT } from './exit-codes.ts'
import { ORDER_ENDS } from '../messages/index.ts'
import { printData } from './output/print.ts'
import { money, sentences } from './output/values.ts'

/** That an order was not filled, with the typed reason and what it means. */
export function unfilled(cli: Cli, { id, cancel_reason: reason, status }: Order): string {
  const told = cli.say('order.unfilled', { order: id, reason: reason ?? status })
  return reason === null ? told : sentences(cli, told, ORDER_ENDS[reason][cli.language])
}

/** Says what became of a new order; `-o name` prints what was bought, else the order. Gives the exit code: 6 when the market filled nothing of it. */
export function tellPlaced(cli: Cli, placed: PlacedOrder): number {
  const { say } = cli
  const { order } = placed
  const facts = {
    order: order.id,
    side: say(order.side === 'buy' ? 'word.bought' : 'word.sold'),
    filled: order.filled_units,
    units: order.units,
    price: order.average_price === null ? '-' : money(order.average_price, order.currency),
  }
  const name = placed.allocation_ids[0] ?? order.id
  if (!cli.forPeople) printData(cli, placed, name)
  else if (order.cancel_reason !== null && order.filled_units === 0) {
    cli.host.stdout.write(`${unfilled(cli, order)}\n`)
  } else if (order.filled_units > 0) {
    cli.host.stdout.write(`${say('order.filled', facts)}\n`)
    for (const id of placed.allocation_ids)
      cli.host.stdout.write(`${say('order.allocation', { id })}\n`)
  } else cli.host.stdout.write(`${say('order.rests', facts)}\n`)
  return order.filled_units === 0 && order.cancel_reason !== null ? EXIT.market : EXIT.ok
}
