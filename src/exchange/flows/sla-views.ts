/** Promises of leases as queries show them. */
import type { LeaseSlaView, ProbeView, SlaView } from '../../messages/index.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import type { PromiseRow } from '../sla/rows.ts'
import { breachMinutes } from './sla.ts'
import type { Desks } from './world.ts'

export function slaView({ sla, version, profile }: PromiseRow): SlaView {
  return { sla, version, profile }
}

export function leaseSla(x: Desks, lease: LeaseRow): LeaseSlaView {
  const promise = x.sla.promiseAt(lease.instrument, lease.openedAtUs)
  const row = x.sla.judged.get(lease.lease)
  return {
    lease: lease.lease,
    promise: promise === null ? null : slaView(promise),
    agent: row?.agent ?? [],
    prober: row?.prober ?? [],
    witness: row?.witness ?? [],
    failed: row?.failed ?? [],
    breachMinutes: row === undefined ? 0 : breachMinutes(x, lease, row),
    unchargedSeconds: row?.unchargedSeconds ?? 0,
    creditedMicro: BigInt(row?.creditedMicro ?? 0),
  }
}

const DELIVERS: ReadonlySet<LeaseRow['status']> = new Set(['delivering', 'suspended', 'reclaiming'])

export function probes(x: Desks): ProbeView[] {
  return x.catalog.nodes.rows().flatMap(({ node }) =>
    x.delivery.leasesOn(node).flatMap((lease) => {
      const { lease: id, readyAtUs, instrument, openedAtUs, status } = lease
      if (readyAtUs === null || !DELIVERS.has(status)) return []
      const isPromised = x.sla.promiseAt(instrument, openedAtUs) !== null
      return isPromised ? [{ lease: id, node, readyAtUs }] : []
    }),
  )
}
