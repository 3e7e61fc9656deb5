import type { Command } from 'commander'
import { hasCode, type Client } from '../../client/index.ts'
import type { IdKind } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { Ending, UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { printData, printItem, printList, type ListView } from '../output/print.ts'
import { pairLines } from '../output/table.ts'
import { shellOf } from '../shell.ts'
import { allocationView, leaseView, workloadView, costed } from '../views/delivery.ts'
import { disputeView } from '../views/disputes.ts'
import { fillView } from '../views/fill.ts'
import { instrumentView } from '../views/market.ts'
import { offerView } from '../views/offer.ts'
import { orderView } from '../views/order.ts'
import { accountView, keyView } from '../views/people.ts'
import { nodeView, productCodes } from '../views/provider.ts'

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('get <id>')
    .summary(say('help.get'))
    .description(say('help.get'))
    .action(task(get))
}

/** Opens any id by its prefix; an instrument also by its symbol. */
async function get(cli: Cli, _options: object, id: string): Promise<void> {
  const { kindOfId } = await import('../../wire/index.ts')
  const client = await cli.client()
  const kind = kindOfId(id)
  const open = kind === null ? null : OPENERS[kind]
  if (kind === null) {
    return printItem(cli, instrumentView, await client.getInstrument({ params: { symbol: id } }))
  }
  if (open === undefined || open === null) {
    throw new UsageError(cli.say('error.cannotOpen', { kind, id }))
  }
  await open(cli, client, id)
}

type Opener = (cli: Cli, client: Client, id: string) => Promise<void>

const OPENERS: Readonly<Partial<Record<IdKind, Opener>>> = {
  order: async (cli, client, id) =>
    printItem(cli, orderView, await client.getOrder({ params: { order_id: id } })),
  allocation: async (cli, client, id) =>
    printItem(cli, allocationView, await client.getAllocation({ params: { allocation_id: id } })),
  lease: async (cli, client, id) =>
    printItem(cli, leaseView, await client.getLease({ params: { lease_id: id } })),
  dispute: async (cli, client, id) =>
    printItem(cli, disputeView, await client.getDispute({ params: { dispute_id: id } })),
  workload: async (cli, client, id) => {
    const workload = await client.getWorkload({ params: { workload_id: id } })
    const params = { allocation_id: workload.allocation_id }
    const allocation = await client.getAllocation({ params })
    printItem(cli, workloadView, costed(workload, allocation, cli.host.nowMs()))
  },
  node: openNode,
  account: async (cli, client, id) => oneOf(cli, accountView, await client.listAccounts(), id),
  key: async (cli, client, id) => oneOf(cli, keyView, await client.listKeys(), id),
  instrument: async (cli, client, id) =>
    oneOf(cli, instrumentView, await client.listInstruments(), id),
  trade: async (cli, client, id) => {
    const { data } = await client.listFills({ query: { limit: 200 } })
    const found = data.find((fill) => fill.trade_id === id)
    if (found === undefined) throw notThere(cli, id)
    printItem(cli, fillView, found)
  },
  sku: async (cli, client, id) => plain(cli, await client.listProducts(), id),
  hub: async (cli, client, id) => plain(cli, await client.listHubs(), id),
  site: async (cli, client, id) => plain(cli, await client.listSites(), id),
  proposal: async (cli, client, id) => plain(cli, await client.listProposals(), id),
  member: async (cli, client, id) => {
    const { member } = await client.whoAmI()
    plain(cli, { data: [member] }, id)
  },
}

/** One's own machine whole; of another's only what it offers. */
async function openNode(cli: Cli, client: Client, id: string): Promise<void> {
  try {
    const node = await client.getNode({ params: { node_id: id } })
    printItem(cli, nodeView(await productCodes(client)), node)
  } catch (error) {
    if (!hasCode(error, 'NOT_FOUND')) throw error
    const { data } = await client.listOffers()
    const offers = data.filter((offer) => offer.node_id === id)
    if (offers.length === 0) throw error
    printList(cli, offerView, { data: offers })
  }
}

function oneOf<T extends { readonly id: string }>(
  cli: Cli,
  view: ListView<T>,
  { data }: { readonly data: readonly T[] },
  id: string,
): void {
  const found = data.find((one) => one.id === id)
  if (found === undefined) throw notThere(cli, id)
  printItem(cli, view, found)
}

/** Things without a view of their own: their fields under the names of the API. */
function plain(
  cli: Cli,
  { data }: { readonly data: readonly { readonly id: string }[] },
  id: string,
): void {
  const found = data.find((one) => one.id === id)
  if (found === undefined) throw notThere(cli, id)
  if (!cli.forPeople) return printData(cli, found, id)
  const pairs = Object.entries(found).map(
    ([name, value]) => [name.toUpperCase(), plainValue(cli, value)] as const,
  )
  cli.host.stdout.write(`${pairLines(pairs).join('\n')}\n`)
}

/** A text as it is, a name in the language of the command, anything else as JSON. */
function plainValue(cli: Cli, value: unknown): string {
  if (typeof value === 'string') return value
  const named = (value as Partial<Record<string, unknown>> | null)?.[cli.language]
  return typeof named === 'string' ? named : JSON.stringify(value)
}

function notThere(cli: Cli, id: string): Ending {
  return new Ending(EXIT.notFound, cli.say('error.notThere', { id }))
}
