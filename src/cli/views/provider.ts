import type { Client } from '../../client/index.ts'
import type { Node } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import type { ListView } from '../output/print.ts'
import { bundle, word } from '../output/values.ts'

/** Machines, their grades under the codes of the products (by id) that these are for. */
export const nodeView = (products: ReadonlyMap<string, string>): ListView<Node> => ({
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    { title: 'col.name', cell: (one) => one.handle },
    { title: 'col.status', cell: (one, cli) => word(cli, one.status) },
    {
      title: 'col.connected',
      cell: (one, cli) => cli.say(one.connected ? 'word.yes' : 'word.no'),
    },
    { title: 'col.isolation', cell: (one, cli) => word(cli, one.isolation) },
    { title: 'col.attested', cell: (one, cli) => bundle(cli, one.attested) },
    { title: 'col.leased', cell: (one, cli) => bundle(cli, one.leased) },
    { title: 'col.freeNow', cell: freeOf },
    {
      title: 'col.grade',
      cell: (one) =>
        one.grades
          .map(({ product_id: id, grade }) => `${products.get(id) ?? id}:${grade}`)
          .join(' ') || '-',
    },
    { title: 'col.heldNow', cell: (one, cli) => bundle(cli, one.held), wide: true },
    { title: 'col.reserve', cell: (one, cli) => bundle(cli, one.reserve), wide: true },
    { title: 'col.ownUse', cell: (one, cli) => bundle(cli, one.committed), wide: true },
    { title: 'col.hub', cell: (one) => one.hub_id, wide: true },
    {
      title: 'col.measured',
      cell: (one, cli) =>
        one.evaluation === null
          ? '-'
          : `${one.evaluation.suite}${one.evaluation.provisional ? ` (${cli.say('word.provisional')})` : ''}`,
      wide: true,
    },
  ],
  name: (one) => one.id,
  empty: 'empty.nodes',
})

/** That no core is left is said, since cores are what sells; other parts that are zero are left out. */
function freeOf({ attested, free }: Node, cli: Cli): string {
  const rest = bundle(cli, free)
  if (free.cores > 0 || attested.cores === 0) return rest
  return `0 ${cli.say('unit.cores')}${rest === '-' ? '' : `, ${rest}`}`
}

/** Codes of the products by id. */
export async function productCodes(client: Client): Promise<ReadonlyMap<string, string>> {
  const { data } = await client.listProducts()
  return new Map(data.map((one) => [one.id, one.code]))
}
