import type { Allocation, Workload } from '../../wire/index.ts'

export type Stage = 'ordered' | 'matched' | 'preparing' | 'running' | 'ready' | 'ended'
export interface StageState {
  readonly stage: Stage
  readonly state: 'done' | 'now' | 'ahead'
}

/** The steps of an order on its way, by what is known of its allocation and workload. */
export function stagesOf(
  allocation: Allocation | null,
  workload: Workload | null,
): readonly StageState[] {
  const steps: readonly Stage[] = [
    'ordered',
    'matched',
    'preparing',
    workload === null ? 'ready' : 'running',
    'ended',
  ]
  const at = placeOf(allocation, workload)
  return steps.map((stage, place) => ({
    stage,
    state: place < at || at === steps.length - 1 ? 'done' : place === at ? 'now' : 'ahead',
  }))
}

/** Place of the step under way: 1 matched, 2 preparing, 3 running or ready, 4 ended. */
function placeOf(allocation: Allocation | null, workload: Workload | null): number {
  if (allocation === null) return 1
  if (allocation.status === 'closed') return 4
  if (workload === null) {
    return allocation.leases.some((lease) => lease.ready_at !== null) ? 3 : 2
  }
  switch (workload.status) {
    case 'queued':
    case 'provisioning':
      return 2
    case 'running':
    case 'terminating':
      return 3
    case 'done':
    case 'failed':
    case 'terminated':
      return 4
  }
}

/** Has the workload ended? */
export function hasEnded(workload: Pick<Workload, 'status'>): boolean {
  return ['done', 'failed', 'terminated'].includes(workload.status)
}
