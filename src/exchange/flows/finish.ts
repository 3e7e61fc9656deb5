/** The final bill of a lease, unless its two meters do not agree on it. */
import type { Context } from '../context.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import { mayOpenDispute } from './disputes.ts'
import { settle } from './sla-credit.ts'
import type { Desks } from './world.ts'

/** The caller refreshes the node's offers. */
export function finish(x: Desks, ctx: Context, lease: LeaseRow): void {
  if (!mayOpenDispute(x, ctx, lease)) settle(x, ctx, lease)
}
