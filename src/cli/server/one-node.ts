/** This machine, or the one node of a cluster that a daemon sells. */
import { hostname } from 'node:os'
import {
  clientLink,
  findDevices,
  inspect,
  inspectElsewhere,
  leasesFolder,
  loadIdentity,
  NodeAgent,
  nodeClient,
  Refused,
  registerNode,
  usualOffering,
  wholeOffering,
  type ExchangeLink,
  type Inspection,
  type Remeasurer,
} from '../../agent/index.ts'
import type { Client } from '../../client/index.ts'
import { again, type Note } from './again.ts'
import { findSite } from './find-site.ts'
import { measureAgain, measureAtStart, type Measuring } from './measure-node.ts'
import { bestDriver } from './node-driver.ts'
import type { Plan } from './provider-options.ts'
import { pricesOf, standOnOffer } from './stand-on-offer.ts'
import { tell } from './tell-server.ts'

export interface NodeStart {
  readonly provider: Client
  readonly url: string
  readonly folder: string
  readonly plan: Plan
  readonly note: Note
}

export interface Daemon {
  readonly agent: NodeAgent
  readonly remeasurer: Remeasurer | null
}

/** 1 look, 2 register, 3 attest, 4 measure, 5 watch, 6 offer. Tries again while the exchange is away. */
export async function startNode(at: NodeStart): Promise<Daemon> {
  const { provider, url, folder, plan: options, note } = at
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
  const isHere = machine?.here !== false
  if (isHere) await claim(link, inspection, note)
  // What runs here says nothing about another machine: that one stays without a rating.
  if (!isHere) note('not rated', { machine: machine.name })
  else await measureAtStart(measuring, () => tell('evaluating'))
  tell('listing')
  await again(note, () => link.setStatus('online'))
  const agent = new NodeAgent({ link, driver, identity, folder, isHere, note })
  await again(note, () => agent.start())
  const prices = pricesOf(options.price)
  const { listed, why } = await again(note, () =>
    standOnOffer(provider, link, prices, maxUnits, facts),
  )
  if (listed.length > 0) tell('listed', { what: listed.join(', ') })
  else tell('unlisted', { why })
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
