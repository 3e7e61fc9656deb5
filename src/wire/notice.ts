import type { Lease } from './dto/delivery.ts'

export type Notice = NonNullable<Lease['notice']>

/** What programs are told now: of several leases the first that ends, since they end as one. */
export function dueNotice(leases: readonly Lease[], nowMs: number): Notice | null {
  const due = leases.flatMap(({ notice }) =>
    notice !== null && Date.parse(notice.from_at) <= nowMs ? [notice] : [],
  )
  return due.sort((a, b) => Date.parse(a.ends_at) - Date.parse(b.ends_at))[0] ?? null
}
