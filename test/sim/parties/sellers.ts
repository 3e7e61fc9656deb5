/** Sellers: offers, machines coming and going, own use, reclaims, measured grades. */
import type { Command } from '../../../src/messages/index.ts'
import { placeOrder, soon } from './buyers.ts'
import type { Cast, Machine, Seller, World } from './party.ts'
import { attestation, inventoryOf } from './setup.ts'

type Act = (world: World, cast: Cast, machine: Machine) => Command | null
const US_PER_SECOND = 1_000_000

const ACTS: readonly (readonly [number, Act])[] = [
  [300, setOffer],
  [60, withdrawOffer],
  [120, sell],
  [60, ownOrder],
  [40, buyOwn],
  [40, setStatus],
  [40, attest],
  [50, commitCapacity],
  [30, releaseCommitment],
  [60, reclaim],
  [40, evaluate],
  [60, assess],
  [20, retest],
  [40, withdraw],
  [10, register],
]

/** One thing that a seller does now. */
export function sellerActs(world: World, cast: Cast): void {
  const { draw } = world
  const machine = draw.pick(draw.pick(cast.sellers).nodes)
  const command = draw.weighted(ACTS)(world, cast, machine)
  if (command !== null) void world.call(machine.seller, command)
}

function setOffer(world: World, cast: Cast, { node }: Machine): Command {
  const { draw } = world
  const sku = draw.pick(cast.skus)
  const untilUs = draw.chance(150) ? soon(world, 20_000) : null
  const priceTicks = draw.chance(20) ? 20 : draw.between(90, 115)
  return { kind: 'SetOffer', node, sku, priceTicks, maxUnits: draw.between(1, 40), untilUs }
}
function withdrawOffer({ draw }: World, cast: Cast, { node }: Machine): Command {
  return { kind: 'WithdrawOffer', node, sku: draw.pick(cast.skus) }
}
function sell({ draw }: World, cast: Cast, { node }: Machine): Command {
  const instrument = draw.pick(cast.instruments)
  const units = draw.between(1, 4)
  const timeInForce = draw.pick(['GTC', 'GTC', 'IOC'] as const)
  const priceTicks = draw.between(85, 112)
  const selfTrade = draw.pick(['expire_maker', 'expire_both', 'decrement'] as const)
  return placeOrder({ instrument, side: 'sell', node, units, timeInForce, priceTicks, selfTrade })
}
/** Its own orders, those of its offers included, which it may not touch. */
function ownOrder({ draw, auditor }: World, _cast: Cast, { seller }: Machine): Command | null {
  const open = auditor.market.openOrders(seller.account)
  if (open.length === 0) return null
  const order = draw.pick(open)
  if (draw.chance(500)) return { kind: 'CancelOrder', order }
  return { kind: 'AmendOrder', order, units: draw.between(1, 5), priceTicks: null }
}
/** A seller may buy too, but not from itself. */
function buyOwn({ draw, auditor }: World, cast: Cast, { node }: Machine): Command {
  const instrument = draw.pick(cast.instruments)
  const priceTicks = auditor.market.bestOf(instrument, 'sell') ?? 100
  const pinned = draw.chance(300) ? node : null
  const timeInForce = draw.pick(['GTC', 'IOC'] as const)
  return placeOrder({ instrument, priceTicks, node: pinned, timeInForce, units: 2 })
}
function setStatus({ draw }: World, _cast: Cast, { node }: Machine): Command {
  const status = draw.pick(['online', 'online', 'online', 'draining', 'maintenance'] as const)
  return { kind: 'SetNodeStatus', node, status, reason: 'simulated' }
}
function attest({ draw }: World, _cast: Cast, { node, attested }: Machine): Command {
  const cores = draw.chance(700) ? attested.cores : draw.between(1, attested.cores)
  const isolation = draw.chance(50) ? 'none' : 'namespaces'
  return { ...attestation(node, { ...attested, cores }), isolation }
}
function commitCapacity(world: World, _cast: Cast, { node }: Machine): Command {
  const { draw } = world
  const fromUs = soon(world, 10_000)
  const untilUs = fromUs + draw.between(-60, 8_000) * US_PER_SECOND
  const resources = { cores: draw.between(1, 6), memoryMib: 64, diskMib: 0, cards: 0 }
  return { kind: 'CommitCapacity', node, resources, fromUs, untilUs, reason: 'own use' }
}
function releaseCommitment({ draw, auditor }: World): Command | null {
  const known = [...auditor.capacity.commitments.keys()]
  return known.length === 0 ? null : { kind: 'ReleaseCommitment', commitment: draw.pick(known) }
}
function reclaim({ draw, auditor }: World, _cast: Cast, { node }: Machine): Command | null {
  const leases = [...(auditor.capacity.nodes.get(node)?.leases ?? [])]
  if (leases.length === 0) return null
  const allocation = auditor.leases.leases.get(draw.pick(leases))?.allocation ?? 0
  const reason = draw.pick(['maintenance', 'shutdown', 'other'] as const)
  return { kind: 'ReclaimAllocation', allocation, reason }
}
function evaluate({ draw, timeline }: World, _cast: Cast, { node }: Machine): Command {
  const nowUs = Math.floor(timeline.nowUs)
  const measuredAtUs = nowUs - draw.between(-2, 60) * US_PER_SECOND
  return {
    kind: 'ReportEvaluation',
    node,
    suite: 'sim-1',
    metrics: [{ metric: 'speed', value: draw.between(1, 200), spreadPpm: 0 }],
    provisional: false,
    digest: '00'.repeat(32),
    signature: '00'.repeat(64),
    measuredAtUs,
    expiresAtUs: draw.chance(500) ? nowUs + draw.between(60, 20_000) * US_PER_SECOND : null,
  }
}
/** What the door would make of a signed report; now and then of another machine, or too old. */
function assess({ draw, timeline }: World, _cast: Cast, { node, attested }: Machine): Command {
  const nowUs = Math.floor(timeline.nowUs)
  const rated = draw.chance(700)
  const measuredAtUs = nowUs - draw.between(-2, 60) * US_PER_SECOND
  const value = draw.between(1, 200)
  const machine = draw.chance(30) ? attested.cores + 1 : attested.cores
  return {
    kind: 'ReportAssessment',
    node,
    suite: 'sim-2',
    referenceDigest: '00'.repeat(32),
    metrics: [{ metric: 'speed', value, lowPpm: 10_000, highPpm: 10_000, cvPpm: 9_000, runs: 5 }],
    dimensions: [{ dimension: 'general', points: rated ? value * 10 : null }],
    rated,
    reasons: rated ? [] : [draw.pick(['LOADED', 'SCATTER', 'STEAL'] as const)],
    reportDigest: '00'.repeat(32),
    evidenceRoot: '00'.repeat(32),
    inventoryDigest: inventoryOf(machine),
    signature: '00'.repeat(64),
    measuredAtUs,
    expiresAtUs: measuredAtUs + draw.between(60, 20_000) * US_PER_SECOND,
  }
}
function retest({ draw }: World, _cast: Cast, { node }: Machine): Command {
  return { kind: 'RequestRetest', node, reason: draw.chance(900) ? 'measured too low' : '' }
}
function withdraw({ draw }: World): Command {
  const amountMicro = BigInt(draw.between(1, 100)) * 10_000n
  return { kind: 'RequestWithdrawal', asset: 'CNY', amountMicro }
}
/** Names and keys of machines are used once. */
function register({ draw }: World, _cast: Cast, { seller }: Machine): Command {
  return draw.chance(500) ? registerCommand(seller) : { kind: 'AddSite', hub: 1, handle: 'site-x' }
}
function registerCommand({ site }: Seller): Command {
  return { kind: 'RegisterNode', site, handle: 'again', publicKey: 'cd'.repeat(32) }
}
