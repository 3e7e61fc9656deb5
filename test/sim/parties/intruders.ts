/** Who should get nothing: dead keys, foreign things, used ids, ids of other times. */
import { LIMITS, type Command } from '../../../src/messages/index.ts'
import { placeOrder } from './buyers.ts'
import type { Cast, Party, World } from './party.ts'

type Act = (world: World, cast: Cast) => void
const ID_OLD_MS = -90_000_000
const ID_AHEAD_MS = 900_000

const ACTS: readonly (readonly [number, Act])[] = [
  [30, deadKey],
  [30, foreign],
  [20, usedId],
  [10, (world, cast) => otherTime(world, cast, ID_OLD_MS)],
  [10, (world, cast) => otherTime(world, cast, ID_AHEAD_MS)],
  [20, unknown],
  [10, noRole],
  [10, tooBig],
]

export function intruderActs(world: World, cast: Cast): void {
  world.draw.weighted(ACTS)(world, cast)
}

function order({ draw }: World, cast: Cast): Command {
  return placeOrder({ instrument: draw.pick(cast.instruments), priceTicks: draw.between(60, 80) })
}
function deadKey(world: World, cast: Cast): void {
  void world.call(world.draw.pick(cast.broken), order(world, cast))
}
/** Things of other accounts, by a key that is good for its own. */
function foreign(world: World, cast: Cast): void {
  const { draw, auditor } = world
  const machine = draw.pick(draw.pick(cast.sellers).nodes)
  const other = draw.pick(cast.sellers.filter((seller) => seller !== machine.seller))
  const { node, seller } = machine
  const command: Command = draw.pick([
    { kind: 'WithdrawOffer', node, sku: 1 },
    { kind: 'SetNodeStatus', node, status: 'online', reason: '' },
    { kind: 'CancelOrder', order: auditor.market.openOrders(seller.account)[0] ?? 1 },
    { kind: 'Deposit', account: other.account, asset: 'CNY', amountMicro: 10_000n, reference: '' },
    { kind: 'RevokeKey', key: machine.key },
  ] as const)
  void world.call(draw.chance(500) ? other : draw.pick(cast.buyers), command)
}
/** The same id for two different commands: the second one must be refused. */
function usedId(world: World, cast: Cast): void {
  const { account, key } = world.draw.pick(cast.buyers)
  const id = world.callers.newId()
  const first = world.callers.call(account, key, order(world, cast), id)
  void first.then(() =>
    world.callers.call(account, key, { kind: 'CancelAll', instrument: null }, id),
  )
}
function otherTime(world: World, cast: Cast, aheadMs: number): void {
  const { account, key } = world.draw.pick(cast.buyers)
  void world.callers.call(account, key, order(world, cast), world.callers.newId(aheadMs))
}
function unknown(world: World, cast: Cast): void {
  const nowhere = 999_999
  const command: Command = world.draw.pick([
    { kind: 'CancelOrder', order: nowhere },
    { kind: 'CloseAllocation', allocation: nowhere },
    { kind: 'Transfer', to: nowhere, asset: 'CNY', amountMicro: 1n },
    placeOrder({ instrument: nowhere }),
    { kind: 'CancelAll', instrument: nowhere },
  ])
  void world.call(world.draw.pick(cast.buyers), command)
}
/** A buyer that sells, and fields that do not go together. */
function noRole(world: World, cast: Cast): void {
  const { draw } = world
  const instrument = draw.pick(cast.instruments)
  const buyer: Party = draw.pick(cast.buyers)
  const command = draw.pick([
    placeOrder({ instrument, allOrNone: true, postOnly: true }),
    placeOrder({ instrument, units: 0 }),
    placeOrder({ instrument, standing: true }),
    placeOrder({ instrument, colocate: true, retryTicks: 1 }),
  ])
  void world.call(buyer, command)
  void world.call(cast.noSeller, { kind: 'AddSite', hub: cast.hub, handle: 'nowhere' })
  const workload = world.auditor.leases.endedWorkloads.get(buyer.account)
  if (workload === undefined) return
  void world.call(buyer, { kind: 'StopWorkload', workload, graceSeconds: 1 })
}
function tooBig(world: World, cast: Cast): void {
  const action = new Uint8Array(LIMITS.commandBytes)
  const expiresAtUs = Math.floor(world.timeline.nowUs) + 1_000_000
  void world.call(cast.operator, { kind: 'Propose', action, expiresAtUs })
}
