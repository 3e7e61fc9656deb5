/** Buyers: orders of every kind, and what they do with what they bought. */
import type { Command, CommandOf } from '../../../src/messages/index.ts'
import type { Buyer, Cast, Party, World } from './party.ts'

type Place = CommandOf<'PlaceOrder'>
type Act = (world: World, cast: Cast, buyer: Buyer) => Command | null

const SPEC = 'ab'.repeat(32)
const US_PER_SECOND = 1_000_000
/** of 1,000 turns, those in which a buyer sends several commands in one message, and how many at most */
const TOGETHER_PER_MILLE = 60
const TOGETHER_MAX = 24
/** now and then so many that the queue is full */
const MANY = 100

const ACTS: readonly (readonly [number, Act])[] = [
  [520, place],
  [90, amend],
  [130, cancel],
  [6, cancelAll],
  [8, cancelAfter],
  [70, close],
  [25, setDuration],
  [15, askReplacement],
  [25, startWorkload],
  [20, stopWorkload],
  [10, openTunnel],
  [10, transfer],
  [6, withdraw],
  [8, setBudget],
  [3, issueKey],
]

/** One thing that a buyer does now. */
export function buyerActs(world: World, cast: Cast): void {
  const { draw } = world
  const buyer = draw.pick(cast.buyers)
  const by: Party = draw.chance(250) ? { ...buyer, key: buyer.child } : buyer
  if (draw.chance(TOGETHER_PER_MILLE)) return together(world, cast, buyer, by)
  const command = draw.weighted(ACTS)(world, cast, buyer)
  if (command !== null) void world.call(by, command)
}

/** Orders and cancels in one message, now and then something else among them. */
function together(world: World, cast: Cast, buyer: Buyer, by: Party): void {
  const { draw } = world
  const commands: Command[] = []
  const count = draw.chance(50) ? MANY : draw.between(2, TOGETHER_MAX)
  while (commands.length < count) {
    const act = draw.weighted<Act>([
      [700, place],
      [250, cancel],
      [50, draw.weighted(ACTS)],
    ])
    const command = act(world, cast, buyer)
    commands.push(command ?? place(world, cast, buyer))
  }
  world.callTogether(by, commands)
}

export function placeOrder(more: Partial<Place> & { instrument: number }): Place {
  return {
    kind: 'PlaceOrder',
    side: 'buy',
    type: 'limit',
    units: 1,
    priceTicks: 100,
    timeInForce: 'GTC',
    expiresAtUs: null,
    postOnly: false,
    allOrNone: false,
    colocate: false,
    minUnits: 0,
    standing: false,
    selfTrade: 'expire_maker',
    horizonSeconds: 0,
    durationSeconds: null,
    capMicro: null,
    clientOrderId: null,
    capacity: 'principal',
    onBehalfOf: null,
    node: null,
    workload: null,
    retryTicks: null,
    ...more,
  }
}

function place(world: World, cast: Cast, buyer: Buyer): Command {
  const { draw, auditor } = world
  const instrument = draw.pick(cast.instruments)
  const best = auditor.market.bestOf(instrument, 'sell') ?? 100
  const priceTicks = Math.max(1, best + draw.between(-12, 6))
  const terms = {
    instrument,
    priceTicks,
    units: draw.between(1, 4),
    horizonSeconds: draw.pick([0, 0, 60, 600, 900, 1_201]),
    durationSeconds: draw.chance(300) ? draw.between(60, 9_000) : null,
    capMicro: draw.chance(100) ? BigInt(draw.between(1, 2_000_000)) : null,
    selfTrade: draw.pick(['expire_maker', 'expire_taker', 'expire_both', 'decrement'] as const),
    clientOrderId: draw.chance(50) ? `label-${buyer.account}-${draw.below(40)}` : null,
    workload: draw.chance(100) ? { specDigest: SPEC, closeAllocation: draw.chance(500) } : null,
  }
  return placeOrder({ ...terms, ...draw.weighted(SHAPES)(world, cast, terms) })
}

type Shape = (world: World, cast: Cast, terms: { priceTicks: number }) => Partial<Place>
const SHAPES: readonly (readonly [number, Shape])[] = [
  [40, () => ({ timeInForce: 'GTC' })],
  [20, () => ({ timeInForce: 'IOC' })],
  [5, () => ({ timeInForce: 'FOK' })],
  [5, () => ({ timeInForce: 'FOK', colocate: true })],
  [4, () => ({ timeInForce: 'GTC', postOnly: true })],
  [4, (world) => ({ timeInForce: 'GTD', expiresAtUs: soon(world, 3_600) })],
  [4, () => ({ type: 'market_to_limit', priceTicks: null, timeInForce: 'IOC' })],
  [4, () => ({ allOrNone: true, standing: true })],
  [3, () => ({ colocate: true, standing: true })],
  [3, () => ({ minUnits: 2, units: 4, timeInForce: 'IOC' })],
  [3, (world, cast) => ({ node: world.draw.pick(machines(cast)), timeInForce: 'IOC' })],
  [
    6,
    (_world, _cast, { priceTicks }) => ({
      timeInForce: 'FOK',
      colocate: true,
      workload: { specDigest: SPEC, closeAllocation: true },
      retryTicks: priceTicks + 5,
    }),
  ],
]

function machines(cast: Cast): number[] {
  return cast.sellers.flatMap(({ nodes }) => nodes.map(({ node }) => node))
}
export function soon({ timeline, draw }: World, seconds: number): number {
  return Math.floor(timeline.nowUs) + draw.between(1, seconds) * US_PER_SECOND
}

function orderOf({ draw, auditor }: World, { account }: Party): number | null {
  const open = auditor.market.openOrders(account)
  return open.length === 0 ? null : draw.pick(open)
}
function amend(world: World, _cast: Cast, buyer: Buyer): Command | null {
  const order = orderOf(world, buyer)
  const { draw } = world
  if (order === null) return null
  const units = draw.chance(700) ? draw.between(1, 6) : null
  const priceTicks = draw.chance(500) || units === null ? draw.between(80, 112) : null
  return { kind: 'AmendOrder', order, units, priceTicks }
}
function cancel(world: World, _cast: Cast, buyer: Buyer): Command | null {
  const order = orderOf(world, buyer)
  return order === null ? null : { kind: 'CancelOrder', order }
}
function cancelAll({ draw }: World, cast: Cast): Command {
  return { kind: 'CancelAll', instrument: draw.chance(500) ? null : draw.pick(cast.instruments) }
}
function cancelAfter({ draw }: World): Command {
  return { kind: 'CancelAfter', timeoutSeconds: draw.pick([0, 5, 60, 600]) }
}

function allocationOf({ draw, auditor }: World, { account }: Party): number | null {
  const open = [...(auditor.leases.openOf.get(account) ?? [])]
  return open.length === 0 ? null : draw.pick(open)
}
function close(world: World, _cast: Cast, buyer: Buyer): Command | null {
  const allocation = allocationOf(world, buyer)
  return allocation === null ? null : { kind: 'CloseAllocation', allocation }
}
function setDuration(world: World, _cast: Cast, buyer: Buyer): Command | null {
  const allocation = allocationOf(world, buyer)
  const { draw } = world
  const durationSeconds = draw.chance(200) ? null : draw.between(30, 12_000)
  if (allocation === null) return null
  if (allocation % 3 > 0) return { kind: 'SetDuration', allocation, durationSeconds }
  // Some are not ready, and some machines cannot.
  const isHalted = (durationSeconds ?? 0) % 2 === 0
  return { kind: isHalted ? 'SuspendAllocation' : 'ResumeAllocation', allocation }
}
function askReplacement(world: World, _cast: Cast, buyer: Buyer): Command | null {
  const allocation = allocationOf(world, buyer)
  const { draw } = world
  if (allocation === null) return null
  return {
    kind: 'AskReplacement',
    allocation,
    ticks: draw.chance(100) ? null : draw.between(0, 200),
  }
}
function startWorkload(world: World, _cast: Cast, buyer: Buyer): Command | null {
  const allocation = allocationOf(world, buyer)
  const closeAllocation = world.draw.chance(300)
  if (allocation === null) return null
  return { kind: 'StartWorkload', allocation, specDigest: SPEC, closeAllocation }
}
function stopWorkload({ draw, auditor }: World, _cast: Cast, { account }: Buyer): Command | null {
  const own = [...auditor.leases.liveWorkloads.values()].filter((each) => each.account === account)
  if (own.length === 0) return null
  return { kind: 'StopWorkload', workload: draw.pick(own).workload, graceSeconds: draw.below(30) }
}
/** Some of its workloads do not run yet: into those there is no tunnel. */
function openTunnel({ draw, auditor }: World, _cast: Cast, { account }: Buyer): Command | null {
  const own = [...auditor.leases.liveWorkloads.values()].filter((each) => each.account === account)
  if (own.length === 0) return null
  const { workload } = draw.pick(own)
  const port = draw.chance(500) ? draw.between(1, 65_535) : null
  return { kind: 'OpenTunnel', workload, tunnel: port === null ? 'exec' : 'port', port }
}

function transfer({ draw }: World, cast: Cast): Command {
  const to = draw.pick(cast.buyers).account
  return { kind: 'Transfer', to, asset: 'CNY', amountMicro: BigInt(draw.between(1, 3_000_000)) }
}
function withdraw({ draw }: World): Command {
  const amountMicro = BigInt(draw.between(1, 200)) * 10_000n
  return { kind: 'RequestWithdrawal', asset: 'CNY', amountMicro }
}
function setBudget({ draw }: World, _cast: Cast, buyer: Buyer): Command {
  const scope = draw.pick(['member', 'account', 'key'] as const)
  const key = draw.pick([buyer.child, buyer.key])
  const subjects = { member: buyer.member, account: buyer.account, key }
  const limitMicro = draw.chance(400) ? null : BigInt(draw.between(0, 60)) * 1_000_000n
  const period = draw.pick(['total', 'day', 'month'] as const)
  return { kind: 'SetBudget', scope, subject: subjects[scope], period, limitMicro }
}
function issueKey({ draw, callers }: World, _cast: Cast, { account }: Buyer): Command {
  const none = { user: null, node: null, expiresAtUs: null } as const
  return {
    kind: 'IssueKey',
    account,
    ...none,
    label: 'more',
    credential: 'bearer',
    secret: `${callers.newId()}${callers.newId()}`,
    scopes: draw.pick([['read'], ['read', 'trade'], ['admin']]),
    capMicro: draw.pick([null, 1_000_000n, 90_000_000n]),
  }
}
