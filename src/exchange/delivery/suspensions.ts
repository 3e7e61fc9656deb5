/** Allocations that their buyer halts for a while, and when (rules DLV-031 to DLV-033). */
import { list, nullable, struct, u32, u53, US_PER_SECOND, type Infer } from '../../kernel/index.ts'
import { nodeAbility, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import type { Actor, Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import type { AllocationRow, LeaseRow } from './rows.ts'

/** Of more than these the two oldest become one: no halted second is forgotten. */
const STRETCHES_KEPT = 64

/** What the daemon of a node said that it can do. */
export const abilityRow = struct({ node: u32, abilities: list(nodeAbility, 16) })
export type AbilityRow = Infer<typeof abilityRow>

/** When the buyer had the allocation halted; the last stretch has no end while it lasts. */
export const suspensionRow = struct({
  allocation: u53,
  stretches: list(struct({ fromUs: u53, untilUs: nullable(u53) }), STRETCHES_KEPT),
})
export type SuspensionRow = Infer<typeof suspensionRow>
type Stretch = SuspensionRow['stretches'][number]

type Stretches = Pick<DeliveryWorld['delivery'], 'suspensions'>

/** The stretches in which the allocation was halted, oldest first. */
export function suspensionsOf(desk: Stretches, allocation: number): readonly Stretch[] {
  return desk.suspensions.get(allocation)?.stretches ?? []
}

/** Since when the buyer has the allocation suspended; null while it is not, or is over. */
export function suspendedAtUs(desk: Stretches, row: AllocationRow): number | null {
  const last = suspensionsOf(desk, row.allocation).at(-1)
  return row.closed || last === undefined || last.untilUs !== null ? null : last.fromUs
}

/** Whole seconds of [fromUs, untilUs) in which the lease was halted. */
export function haltedSeconds(
  desk: Stretches,
  { allocation }: LeaseRow,
  fromUs: number,
  untilUs: number,
): number {
  const halted = suspensionsOf(desk, allocation).reduce((sum, stretch) => {
    const end = Math.min(untilUs, stretch.untilUs ?? untilUs)
    return sum + Math.max(0, end - Math.max(fromUs, stretch.fromUs))
  }, 0)
  return Math.floor(halted / US_PER_SECOND)
}

/** It delivers, and every machine of it can (rule DLV-031). */
export function suspendable(
  x: DeliveryWorld,
  _actor: Actor,
  { allocation }: CommandOf<'SuspendAllocation'>,
): Refusal | null {
  for (const lease of x.delivery.leasesOf(x.delivery.allocations.must(allocation))) {
    if (lease.readyAtUs === null) {
      return refuse('LEASE_STATE', { id: lease.lease, status: lease.status })
    }
    const { abilities = [] } = x.delivery.abilities.get(lease.node) ?? {}
    if (!abilities.includes('suspend')) {
      return refuse('SUSPEND_UNSUPPORTED', { id: allocation })
    }
  }
  return null
}

/** What is suspended already stays so since then. */
export function suspendAllocation(x: DeliveryWorld, ctx: Context, allocation: number): void {
  const { suspensions, allocations } = x.delivery
  if (suspendedAtUs(x.delivery, allocations.must(allocation)) !== null) return
  const row = suspensions.get(allocation) ?? suspensions.insert({ allocation, stretches: [] })
  row.stretches.push({ fromUs: ctx.timeUs, untilUs: null })
  const [first, second] = row.stretches
  if (row.stretches.length > STRETCHES_KEPT && first !== undefined && second !== undefined) {
    row.stretches.splice(0, 2, { fromUs: first.fromUs, untilUs: second.untilUs })
  }
  ctx.emit({ kind: 'AllocationSuspended', allocation })
}

/** What is not suspended goes on as it did. */
export function resumeAllocation(x: DeliveryWorld, ctx: Context, allocation: number): void {
  const last = x.delivery.suspensions.get(allocation)?.stretches.at(-1)
  if (last?.untilUs !== null) return
  last.untilUs = ctx.timeUs
  ctx.emit({ kind: 'AllocationResumed', allocation })
}

/** Replaces what was said before. */
export function reportAbilities(
  x: DeliveryWorld,
  ctx: Context,
  { node, abilities }: CommandOf<'ReportAbilities'>,
): void {
  x.delivery.abilities.delete(node)
  x.delivery.abilities.insert({ node, abilities })
  ctx.emit({ kind: 'AbilitiesReported', node, abilities })
}
