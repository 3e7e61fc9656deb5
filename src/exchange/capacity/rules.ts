/** What each capacity command needs, and what it does. */
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import { fieldUnless, ownNode } from '../catalog/checks.ts'
import type { Actor, Context } from '../context.ts'
import type { Rule } from '../rule.ts'
import type { Counters } from '../table.ts'
import type { Timers } from '../timers.ts'
import type { CapacityDesk } from './capacity.ts'
import { isNothing, lacking } from './resources.ts'

/** What the capacity desk sees of the others. */
export interface CapacityWorld {
  readonly counters: Counters
  readonly timers: Timers
  readonly catalog: CatalogDesk
  readonly capacity: CapacityDesk
}

/** States that a provider may give its own node. */
const PROVIDER_SAYS: ReadonlySet<string> = new Set(['online', 'draining', 'maintenance'])

/** What was leased before stays leased when less is attested: the rest is a shortfall (CAP-006). */
const attestNode: Rule<'AttestNode', CapacityWorld> = {
  scope: 'provide',
  checks: [
    (x, actor, c) => ownNode(x.catalog, actor, c.node),
    (_x, _actor, c) =>
      fieldUnless(
        lacking(c.reserve, c.attested) === null,
        'reserve',
        'it must not pass what is attested',
      ),
  ],
  apply: (x, ctx, c) => {
    const { node, attested, reserve, isolation, inventoryDigest } = c
    const found = { attested, reserve, isolation, inventoryDigest }
    Object.assign(x.catalog.mustNode(node), found)
    x.capacity.attested(node)
    ctx.emit({ kind: 'NodeAttested', node, ...found })
  },
}

const setNodeStatus: Rule<'SetNodeStatus', CapacityWorld> = {
  scope: 'provide',
  checks: [
    (x, actor, c) => ownNode(x.catalog, actor, c.node),
    (x, _actor, c) => {
      const from = x.catalog.mustNode(c.node).status
      if (PROVIDER_SAYS.has(c.status)) return null
      return refuse('TRANSITION_INVALID', { what: 'node', from, to: c.status })
    },
    (x, _actor, c) => {
      if (c.status !== 'online' || x.catalog.mustNode(c.node).attested !== null) return null
      return refuse('NODE_NOT_TRADABLE', { node: c.node, why: 'not attested' })
    },
  ],
  apply: (x, ctx, c) => setStatus(x, ctx, c.node, c.status, c.reason),
}

const commitCapacity: Rule<'CommitCapacity', CapacityWorld> = {
  scope: 'provide',
  checks: [(x, actor, c) => ownNode(x.catalog, actor, c.node), checkInterval, checkCommitment],
  apply: applyCommitCapacity,
}

const releaseCommitment: Rule<'ReleaseCommitment', CapacityWorld> = {
  scope: 'provide',
  checks: [
    (x, actor, c) => {
      const row = x.capacity.commitment(c.commitment)
      if (row === undefined) return refuse('NOT_FOUND', { what: 'commitment', id: c.commitment })
      return ownNode(x.catalog, actor, row.node)
    },
  ],
  apply: (x, ctx, c) => endCommitment(x, ctx, c.commitment),
}

/** The caller refreshes the offers of the node. */
function setStatus(
  x: Pick<CapacityWorld, 'catalog'>,
  ctx: Context,
  node: number,
  status: CommandOf<'SetNodeStatus'>['status'],
  reason: string,
): void {
  x.catalog.mustNode(node).status = status
  ctx.emit({ kind: 'NodeStatusSet', node, status, reason })
}

/** Ends a commitment, by release or by its timer. The caller refreshes the node's offers. */
export function endCommitment(
  x: Pick<CapacityWorld, 'capacity' | 'timers'>,
  ctx: Context,
  commitment: number,
): void {
  const row = x.capacity.commitment(commitment)
  if (row === undefined) return
  x.timers.cancel(row.startTimer)
  x.timers.cancel(row.endTimer)
  x.capacity.uses.remove(row)
  ctx.emit({ kind: 'CommitmentReleased', commitment })
}

function checkInterval(
  _x: CapacityWorld,
  actor: Actor,
  c: CommandOf<'CommitCapacity'>,
): Refusal | null {
  return (
    fieldUnless(!isNothing(c.resources), 'resources', 'they must not be empty') ??
    fieldUnless(c.untilUs > c.fromUs, 'untilUs', 'it must be after fromUs') ??
    fieldUnless(c.untilUs > actor.timeUs, 'untilUs', 'it must be in the future')
  )
}

/** Against what is attested first, so that a wish that can never fit says so (CAP-002, CAP-003). */
function checkCommitment(
  x: CapacityWorld,
  actor: Actor,
  c: CommandOf<'CommitCapacity'>,
): Refusal | null {
  const limit = LIMITS.commitmentsPerNode
  if (x.capacity.commitmentsOn(c.node).length >= limit) {
    return refuse('LIMIT_REACHED', { limit, what: 'commitments' })
  }
  const room = x.capacity.sellable(c.node)
  const never = lacking(c.resources, room)
  if (never !== null) {
    const facts = { node: c.node, dimension: never, free: room[never], wanted: c.resources[never] }
    return refuse('CAPACITY_INSUFFICIENT', facts)
  }
  const fromUs = Math.max(c.fromUs, actor.timeUs)
  const now = x.capacity.fitsBesidePromises(c.node, c.resources, fromUs, c.untilUs)
  return now === null ? null : refuse('COMMITMENT_CONFLICT', { node: c.node, dimension: now })
}

function applyCommitCapacity(x: CapacityWorld, ctx: Context, c: CommandOf<'CommitCapacity'>): void {
  const { node, resources, fromUs, untilUs, reason } = c
  const commitment = x.counters.next('commitment')
  const kind = 'commitment'
  const interval = { resources, fromUs, untilUs }
  const row = x.capacity.uses.add({
    node,
    kind,
    subject: commitment,
    sku: 0,
    units: 0,
    ...interval,
  })
  row.reason = reason
  if (fromUs > ctx.timeUs) {
    row.startTimer = x.timers.schedule(fromUs, 'commitment_start', commitment)
  }
  row.endTimer = x.timers.schedule(untilUs, 'commitment_end', commitment)
  ctx.emit({ kind: 'CapacityCommitted', commitment, node, ...interval, reason })
}

export const capacityRules = {
  AttestNode: attestNode,
  SetNodeStatus: setNodeStatus,
  CommitCapacity: commitCapacity,
  ReleaseCommitment: releaseCommitment,
} as const
