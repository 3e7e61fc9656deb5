import type { Book, Instrument } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import { tableLines } from './table.ts'
import { price } from './values.ts'

/** Asks above bids, best prices in the middle, as traders are used to. */
export function printBook(cli: Cli, book: Book, instrument: Instrument): void {
  const { say } = cli
  const columns = [
    { title: '' },
    { title: say('col.price'), right: true },
    { title: say('col.units'), right: true },
    { title: say('col.orders'), right: true },
  ]
  const row = (name: string, [level, units, orders]: Book['asks'][number]): string[] => [
    name,
    price(cli, level, instrument.product.unit, instrument.currency),
    String(units),
    String(orders),
  ]
  const rows = [
    ...book.asks.toReversed().map((level) => row(say('word.ask'), level)),
    ...book.bids.map((level) => row(say('word.bid'), level)),
  ]
  cli.host.stdout.write(`${cli.style('bold', book.symbol)} seq ${book.seq}\n`)
  if (rows.length === 0) cli.tell(say('empty.book'))
  else cli.host.stdout.write(`${tableLines(columns, rows).join('\n')}\n`)
}
