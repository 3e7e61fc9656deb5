/** `suan provider run`: this machine as a node of the exchange, until it is told to stop. */
import { Option, type Command } from 'commander'
import { existsSync, readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CHOSEN_DRIVERS,
  chooseDriver,
  findDevices,
  clientLink,
  inspect,
  inspectElsewhere,
  kubernetesDriver,
  kubernetesOptions,
  leasesFolder,
  LOCAL_DRIVERS,
  loadIdentity,
  NodeAgent,
  nodeClient,
  probed,
  Refused,
  registerNode,
  slurmDriver,
  slurmOptions,
  usualOffering,
  wholeOffering,
  type Choice,
  type Driver,
  type ExchangeLink,
  type Inspection,
  type NodeFacts,
  type Remeasurer,
  type SlurmOptions,
  type ToolChoice,
} from '../../agent/index.ts'
import { createClient, SuanError, type Client } from '../../client/index.ts'
import { Fault } from '../../messages/index.ts'
import { numberOf, type Instrument } from '../../wire/index.ts'
import { toolChoice, withToolOptions, type ToolOptions } from '../evaluate/tool-options.ts'
import { groupOf } from '../group.ts'
import { settle, type GlobalOptions } from '../settings.ts'
import { shellOf, type Shell } from '../shell.ts'
import type { DaemonStage } from './daemon-child.ts'
import { daysBetween, measureAtStart, measureAgain, type Measuring } from './measure-node.ts'

const AGAIN_MS = 2_000

interface Options extends ToolOptions {
  readonly data?: string
  readonly site?: string
  readonly hub?: string
  readonly name?: string
  readonly price?: string[]
  readonly driver?: string
  readonly kubernetes?: string | true
  readonly kubeNode?: string
  readonly courier?: string
  readonly slurm?: string
  readonly slurmConf?: string
  readonly slurmUser?: string
  readonly slurmPartition?: string
  readonly slurmNode?: string
  readonly slurmKey?: string
  readonly slurmToken?: string
  readonly slurmExclusive?: boolean
  readonly slurmRuntime?: string
  readonly measureEvery?: string
}

export function registerProviderRun(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const provider = groupOf(program, 'provider', 'help.provider')
  withToolOptions(provider.command('run').summary(say('help.providerRun')), shell)
    .option('--measure-every <days>', say('help.providerMeasureEvery'))
    .option('--data <folder>', say('help.providerData'))
    .option('--site <name>', say('help.providerSite'))
    .option('--hub <code>', say('help.providerHub'))
    .option('--name <name>', say('help.providerName'))
    .option('--price <sku=price...>', say('help.providerPrice'))
    .addOption(new Option('--driver <name>', say('help.providerDriver')).choices(CHOSEN_DRIVERS))
    .option('--kubernetes [context]', say('help.providerKubernetes'))
    .option('--kube-node <name>', say('help.providerKubeNode'))
    .option('--courier <image>', say('help.providerCourier'))
    .option('--slurm <url>', say('help.providerSlurm'))
    .option('--slurm-conf <file>', say('help.providerSlurmConf'))
    .option('--slurm-user <name>', say('help.providerSlurmUser'))
    .option('--slurm-partition <name>', say('help.providerSlurmPartition'))
    .option('--slurm-node <name>', say('help.providerSlurmNode'))
    .option('--slurm-key <file>', say('help.providerSlurmKey'))
    .option('--slurm-token <file>', say('help.providerSlurmToken'))
    .option('--slurm-exclusive', say('help.providerSlurmExclusive'))
    .option('--slurm-runtime <file>', say('help.providerSlurmRuntime'))
    .action(async (options: Options, command: Command) => {
      await run(shell, options, command.optsWithGlobals<GlobalOptions>())
    })
}

async function run(shell: Shell, options: Options, globals: GlobalOptions): Promise<void> {
  const stopped = new Promise<void>((end) => {
    shell.host.onInterrupt(end)
    // Started by a server that is gone: its workloads go on under their supervisors. It may be gone
    // since before this program had loaded, and then nothing is told any more.
    process.once('disconnect', () => process.exit(0))
    if ('connected' in process && !process.connected) process.exit(0)
    // Listening must not keep a daemon alive that failed: its server starts it again.
    process.channel?.unref()
  })
  const settings = settle(shell, globals)
  const { env } = shell.host
  const tools = toolChoice(options, env, shell)
  const everyDays = daysBetween(options.measureEvery, env, shell)
  const folder = resolve(options.data ?? join(shell.host.cwd, '.suan', 'provider'))
  const provider = createClient({ baseUrl: settings.url, token: settings.key })
  const note = (what: string, facts: Readonly<Record<string, string | number>> = {}): void => {
    shell.host.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), what, ...facts })}\n`)
  }
  const plan = { ...options, tools, everyDays }
  const started = start(provider, settings.url, folder, plan, note)
  const isStopped = await Promise.race([started.then(() => false), stopped.then(() => true)])
  // Nothing was ever sold here: there is nothing to close, and no need to measure to the end.
  if (isStopped && leasesIn(folder) === 0) {
    note('stopped')
    process.exit(0)
  }
  const daemon = await started
  await stopped
  note('stopping')
  daemon.remeasurer?.stop()
  await daemon.agent.stop({ closeLeases: true })
  note('stopped')
  process.disconnect?.()
}

function leasesIn(folder: string): number {
  const leases = leasesFolder(folder)
  return existsSync(leases) ? readdirSync(leases).length : 0
}

type Note = (what: string, facts?: Readonly<Record<string, string | number>>) => void

/** Options whose words were understood. */
interface Plan extends Omit<Options, 'tools'> {
  readonly tools: ToolChoice
  readonly everyDays: number
}
interface Daemon {
  readonly agent: NodeAgent
  readonly remeasurer: Remeasurer | null
}

/** 1 look, 2 register, 3 attest, 4 measure, 5 watch, 6 offer. Tries again while the exchange is away. */
async function start(
  provider: Client,
  url: string,
  folder: string,
  options: Plan,
  note: Note,
): Promise<Daemon> {
  tell('machine')
  const identity = loadIdentity(folder)
  const { venue } = await again(note, () => provider.getStatus())
  const about = { venue, agent: identity.publicKey.slice(0, 12) }
  const driver = await bestDriver(leasesFolder(folder), about, options, note)
  const machine = (await driver.machine?.()) ?? null
  const inspection = await (machine === null ? inspect(folder) : inspectElsewhere(folder, machine))
  const handle = options.name ?? hostname().slice(0, 64)
  const siteId = await again(note, () => findSite(provider, options.site ?? handle, options.hub))
  await again(note, () => registerNode(provider, { publicKey: identity.publicKey, handle, siteId }))
  const link = clientLink(nodeClient(url, identity), identity.publicKey)
  const facts = await again(note, () => link.facts())
  const { attested, reserve, maxUnits } =
    machine === null ? usualOffering(inspection) : wholeOffering(inspection)
  const { isolation } = driver
  const inventoryDigest = inspection.digest
  await again(note, () => link.attest({ attested, reserve, isolation, inventoryDigest }))
  const measuring: Measuring = {
    provider,
    link,
    url,
    facts,
    identity,
    inspection,
    folder,
    tools: options.tools,
    note,
    again: async (work) => again(note, work),
  }
  if (machine?.here !== false) await claim(link, inspection, note)
  // What runs here says nothing about another machine: that one stays without a rating.
  if (machine?.here === false) note('not rated', { machine: machine.name })
  else await measureAtStart(measuring, () => tell('evaluating'))
  tell('listing')
  await again(note, () => link.setStatus('online'))
  const agent = new NodeAgent({ link, driver, identity, folder, note })
  await again(note, () => agent.start())
  await again(note, () => offer(provider, link, options, maxUnits, facts))
  const busy = { leases: () => agent.leases.length, isolation }
  const remeasurer = machine === null ? measureAgain(measuring, busy, options.everyDays) : null
  return { agent, remeasurer }
}

/**
 * Says which devices this machine has. One that another node has claimed stays that node's; this one
 * goes on without a claim, and says so.
 */
async function claim(link: ExchangeLink, { inventory }: Inspection, note: Note): Promise<void> {
  try {
    await again(note, () => link.claimDevices(findDevices(inventory)))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    note('devices not claimed', { code: error.code, ...error.facts })
  }
}

/** The best isolation that this machine can give, or the driver that was asked for. */
async function bestDriver(
  folder: string,
  about: { readonly venue: string; readonly agent: string },
  options: Omit<Options, 'tools'>,
  note: Note,
): Promise<Driver> {
  const { driver, facts, passedOver } = await choiceOf(folder, about, options)
  for (const { name, why } of passedOver) note('passed over', { name, why })
  note('driver', { name: driver.name, ...facts })
  return driver
}

/** An engine elsewhere is chosen by name or by its settings on the command line, never by itself. */
async function choiceOf(
  folder: string,
  { venue, agent }: { readonly venue: string; readonly agent: string },
  options: Omit<Options, 'tools'>,
): Promise<Choice> {
  const { kubernetes, kubeNode: node, courier } = options
  const told = kubernetes === undefined ? options.slurm && 'slurm' : 'kubernetes'
  const wanted = options.driver ?? process.env['SUAN_DRIVER'] ?? told
  if (wanted === 'slurm') return probed(slurmDriver(folder, slurmSettings(options)))
  if (wanted !== 'kubernetes') {
    const order = LOCAL_DRIVERS.filter((name) => wanted === undefined || name === wanted)
    return chooseDriver(folder, venue, order)
  }
  const context = kubernetes === true ? undefined : kubernetes
  const found = kubernetesOptions({ context, node, courier })
  return probed(kubernetesDriver(folder, { ...found, agent, venue }))
}

function slurmSettings(options: Omit<Options, 'tools'>): SlurmOptions {
  return slurmOptions({
    url: options.slurm,
    conf: options.slurmConf,
    user: options.slurmUser,
    partition: options.slurmPartition,
    node: options.slurmNode,
    key: options.slurmKey,
    token: options.slurmToken,
    exclusive: options.slurmExclusive === true ? '1' : undefined,
    runtime: options.slurmRuntime,
  })
}

/** The provider's site of this name, added when it is not there. */
async function findSite(provider: Client, handle: string, hubCode?: string): Promise<string> {
  const hubs = await provider.listHubs()
  const hub = hubs.data.find((each) => hubCode === undefined || each.code === hubCode)
  if (hub === undefined)
    throw new Fault('NOT_FOUND', { retryable: false, facts: { hub: hubCode ?? '' } })
  const nodes = await provider.listNodes()
  const mine = nodes.data.find((node) => node.hub_id === hub.id)
  if (mine !== undefined) return mine.site_id
  try {
    return (await provider.addSite({ body: { hub_id: hub.id, handle } })).site.id
  } catch (error) {
    if (!(error instanceof SuanError) || error.code !== 'ALREADY_EXISTS') throw error
    const sites = await provider.listSites()
    const site = sites.data.find((each) => each.handle === handle)
    if (site === undefined) throw error
    return site.id
  }
}

/** One standing offer for each SKU that the machine holds at least one unit of. */
async function offer(
  provider: Client,
  link: ExchangeLink,
  options: Pick<Options, 'price'>,
  maxUnits: number,
  facts: NodeFacts,
): Promise<void> {
  const prices = new Map((options.price ?? []).map((pair) => pair.split('=') as [string, string]))
  const { data: nodes } = await provider.listNodes()
  const node = nodes.find((each) => each.number === facts.node)
  const { data: instruments } = await provider.listInstruments()
  const listed: string[] = []
  const graded = new Map(node?.grades.map((each) => [each.product_id, each.grade]))
  const isFor = ({ product, grade, hub }: Instrument): boolean =>
    grade === (graded.get(product.id) ?? 'U') && hub.id === node?.hub_id
  for (const instrument of instruments.filter(isFor)) {
    const { bundle, code, id: product } = instrument.product
    if (node !== undefined && !fits(bundle, node)) continue
    const price = prices.get(code) ?? instrument.reference_price
    await link.setOffer({ sku: numberOf('sku', product) ?? 0, price, maxUnits })
    listed.push(`${instrument.symbol} ¥${price}`)
  }
  if (listed.length > 0) tell('listed', { what: listed.join(', ') })
  else tell('unlisted', { why: graded.size === 0 ? 'no grade' : 'no product fits' })
}

type Sizes = { readonly cores: number; readonly memory_mib: number }
/** Does one unit fit into what the machine offers? */
function fits(bundle: Sizes, node: { attested: Sizes; reserve: Sizes }): boolean {
  const room = (kind: keyof Sizes) => node.attested[kind] - node.reserve[kind]
  return bundle.cores <= room('cores') && bundle.memory_mib <= room('memory_mib')
}

/** Tries until the exchange answers; a refusal is final. */
async function again<T>(note: Note, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const passes =
        (error instanceof Fault && error.retryable) ||
        (error instanceof SuanError && (error.retryable || error.status === 0))
      if (!passes) throw error
      note('waiting for the exchange', { why: String(error) })
      await sleep(AGAIN_MS)
    }
  }
}

/** A word to the server that started this daemon, if one did. */
function tell(stage: DaemonStage['stage'], facts: Readonly<Record<string, string>> = {}): void {
  // The server may be gone at any moment: nobody is told then, and the closed channel ends us.
  if (!process.connected) return
  process.send?.({ stage, facts } satisfies DaemonStage, undefined, undefined, () => undefined)
}
