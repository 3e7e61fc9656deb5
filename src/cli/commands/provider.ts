import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { groupOf } from '../group.ts'
import { parseCount } from '../input/count.ts'
import { parseMoney } from '../input/money.ts'
import { oneOfWords, parsed } from '../input/option.ts'
import { addPageOptions, pageOf, type PageOptions } from '../input/page.ts'
import { parseWhen } from '../input/when.ts'
import { printDone, printList } from '../output/print.ts'
import { money, when, word } from '../output/values.ts'
import { shellOf, type Shell } from '../shell.ts'
import { leaseView } from '../views/delivery.ts'
import { earningView } from '../views/money.ts'
import { offerView } from '../views/offer.ts'
import { nodeView, productCodes } from '../views/provider.ts'

interface OfferOptions {
  readonly price: string
  readonly maxUnits: number
  readonly until?: string
}
interface MaintenanceOptions {
  readonly status?: 'maintenance' | 'draining' | 'online'
  readonly end?: boolean
  readonly reason?: string
  readonly from?: string
  readonly until?: string
  readonly class?: (typeof CLASSES)[number]
}
const CLASSES = ['planned', 'emergency', 'security', 'network', 'capacity'] as const

const RECLAIM_REASONS = ['maintenance', 'shutdown', 'other'] as const

/** What begins now must still lie ahead when it arrives. */
const SOON_SECONDS = 10

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const group = groupOf(program, 'provider', 'help.provider')
  group
    .command('nodes')
    .aliases(['node', 'ls', 'list'])
    .summary(say('help.providerNodes'))
    .action(task(nodes))
  addPageOptions(group.command('earnings'), shell)
    .summary(say('help.providerEarnings'))
    .option('--node <node>', say('help.earningsNode'))
    .action(task(earnings))
  group.command('leases').summary(say('help.providerLeases')).action(task(soldLeases))
  group
    .command('reclaim <allocation>')
    .summary(say('help.providerReclaim'))
    .description(say('help.providerReclaimLong'))
    .option('--reason <reason>', say('help.reclaimReason'), oneOfWords(shell, RECLAIM_REASONS))
    .action(task(reclaim))
  registerOffer(group, shell)
  const parse = (text: string): string | null => parseWhen(text, shell.host.nowMs())
  group
    .command('maintenance <node>')
    .summary(say('help.providerMaintenance'))
    .option(
      '--status <status>',
      say('help.nodeStatus'),
      oneOfWords(shell, ['maintenance', 'draining', 'online']),
    )
    .option('--end', say('help.maintenanceEnd'))
    .option('--reason <text>', say('help.reason'))
    .option('--until <time>', say('help.maintenanceUntil'), parsed(shell, parse, 'bad.when'))
    .option('--from <time>', say('help.maintenanceFrom'), parsed(shell, parse, 'bad.when'))
    .option('--class <class>', say('help.maintenanceClass'), oneOfWords(shell, CLASSES))
    .action(task(maintenance))
}

function registerOffer(parent: Command, shell: Shell): void {
  const { say } = shell
  const group = groupOf(parent, 'offer', 'help.offer')
  group.command('list').alias('ls').summary(say('help.offerList')).action(task(offers))
  const parse = (text: string): string | null => parseWhen(text, shell.host.nowMs())
  group
    .command('set <node> <product>')
    .summary(say('help.offerSet'))
    .requiredOption(
      '-p, --price <price>',
      say('help.offerPrice'),
      parsed(shell, parseMoney, 'bad.money'),
    )
    .requiredOption(
      '-n, --max-units <n>',
      say('help.offerUnits'),
      parsed(shell, parseCount, 'bad.count'),
    )
    .option('--until <time>', say('help.offerUntil'), parsed(shell, parse, 'bad.when'))
    .action(task(setOffer))
  group
    .command('rm <node> <product>')
    .alias('remove')
    .summary(say('help.offerRm'))
    .action(task(removeOffer))
}

async function nodes(cli: Cli): Promise<void> {
  const client = await cli.client()
  const [page, products] = await Promise.all([client.listNodes(), productCodes(client)])
  printList(cli, nodeView(products), page)
}

async function earnings(cli: Cli, options: PageOptions & { node?: string }): Promise<void> {
  const { account } = cli.settings()
  const page = await (
    await cli.client()
  ).listEarnings({
    query: {
      ...(options.node === undefined ? {} : { node_id: options.node }),
      ...(account === null ? {} : { account_id: account }),
      ...pageOf(options),
    },
  })
  printList(cli, earningView, page)
}

async function soldLeases(cli: Cli): Promise<void> {
  const { account } = cli.settings()
  const query = account === null ? {} : { account_id: account }
  printList(cli, leaseView, await (await cli.client()).listSoldLeases({ query }))
}

/** Says until when it is still to be delivered, or that it is over. */
async function reclaim(
  cli: Cli,
  { reason = 'other' }: { readonly reason?: (typeof RECLAIM_REASONS)[number] },
  id: string,
): Promise<void> {
  const client = await cli.client()
  const done = await client.reclaimAllocation({ params: { allocation_id: id }, body: { reason } })
  const { data } = await client.listSoldLeases({ query: {} })
  const end = data.find((lease) => lease.allocation_id === id)?.notice?.ends_at ?? null
  const text =
    end === null
      ? cli.say('done.reclaimedNow', { id })
      : cli.say('done.reclaimed', { id, end: when(cli, end) })
  printDone(cli, done, id, text)
}

/** The standing offers of one's own nodes, sold out or blocked ones too. */
async function offers(cli: Cli): Promise<void> {
  const client = await cli.client()
  const [all, own] = await Promise.all([client.listOffers(), client.listNodes()])
  const ids = new Set(own.data.map((node) => node.id))
  const data = all.data.filter((offer) => ids.has(offer.node_id))
  printList(cli, { ...offerView, empty: 'empty.ownOffers' }, { data })
}

async function setOffer(
  cli: Cli,
  options: OfferOptions,
  node: string,
  product: string,
): Promise<void> {
  const sku = await skuId(cli, product)
  const done = await (
    await cli.client()
  ).setOffer({
    params: { node_id: node, sku_id: sku },
    body: { price: options.price, max_units: options.maxUnits, until_at: options.until ?? null },
  })
  const facts = { node, product, price: money(options.price), units: options.maxUnits }
  printDone(cli, done, `${node}/${sku}`, cli.say('done.offerSet', facts))
}

async function removeOffer(
  cli: Cli,
  _options: object,
  node: string,
  product: string,
): Promise<void> {
  const sku = await skuId(cli, product)
  const done = await (await cli.client()).withdrawOffer({ params: { node_id: node, sku_id: sku } })
  printDone(cli, done, `${node}/${sku}`, cli.say('done.offerRemoved', { node, product }))
}

/** Leases go on until their end, or are taken back after notice; nothing new is sold. */
async function maintenance(cli: Cli, options: MaintenanceOptions, node: string): Promise<void> {
  if (options.until !== undefined) return announce(cli, options, node, options.until)
  const status = options.end === true ? 'online' : (options.status ?? 'maintenance')
  const done = await (
    await cli.client()
  ).setNodeStatus({
    params: { node_id: node },
    body: { status, ...(options.reason === undefined ? {} : { reason: options.reason }) },
  })
  printDone(cli, done, node, cli.say('done.nodeStatus', { node, status: word(cli, status) }))
}

/** Only said, before it begins: buyers know of it, and it is no breach where their promise says so. */
async function announce(
  cli: Cli,
  options: MaintenanceOptions,
  node: string,
  until: string,
): Promise<void> {
  const from = options.from ?? `${Math.floor(cli.host.nowMs() / 1_000) + SOON_SECONDS}`
  const times = { from_at: from, until_at: until, class: options.class ?? 'planned' } as const
  const body = { node_id: node, ...times, reason: options.reason ?? '' }
  const done = await (await cli.client()).announceMaintenance({ body })
  printDone(cli, done, done.maintenance_id, cli.say('done.announced', { node }))
}

/** A product by id or code. Error: UsageError naming the products there are. */
async function skuId(cli: Cli, text: string): Promise<string> {
  const { data } = await (await cli.client()).listProducts()
  const found = data.find((one) => one.id === text || one.code.toLowerCase() === text.toLowerCase())
  if (found !== undefined) return found.id
  const products = data.map((one) => one.code).join(', ')
  throw new UsageError(cli.say('error.noProduct', { value: text, products }))
}
