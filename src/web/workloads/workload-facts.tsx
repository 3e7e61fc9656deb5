import type { ReactNode } from 'react'
import type { Allocation, Workload } from '../../wire/index.ts'
import { formatRunning } from '../format/time.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useServerNow } from '../state/clock.ts'
import { Facts } from '../ui/facts.tsx'
import { Panel } from '../ui/panel.tsx'
import { LeaseBadge, WorkloadBadge } from './workload-badge.tsx'

/** State, times, exit and the leases below a workload. */
export function WorkloadFacts({
  workload,
  allocation,
}: {
  readonly workload: Workload
  readonly allocation: Allocation | null
}) {
  const t = useText()
  const format = useFormat()
  const moment = (at: string | null) => (at === null ? '–' : format.moment(at))
  const lease = allocation?.leases[0]
  const facts: (readonly [string, ReactNode])[] = [
    [t.workloads.status, <WorkloadBadge status={workload.status} />],
    [t.workloads.runtime, <RunTime workload={workload} />],
    [t.workloads.queued, moment(workload.queued_at)],
    [t.workloads.started, moment(workload.started_at)],
    [t.workloads.ended, moment(workload.ended_at)],
  ]
  if (workload.end !== null) facts.push([t.workloads.end, t.words.workloadEnd[workload.end]])
  if (workload.exit_code !== null) facts.push([t.workloads.exitCode, String(workload.exit_code)])
  if (workload.status === 'running') {
    facts.push([t.workloads.reach, <code>suan shell {workload.id}</code>])
  }
  const since = allocation?.suspended_at ?? null
  if (since !== null) facts.push([t.workloads.suspended, format.moment(since)])
  facts.push([t.workloads.node, workload.node_id])
  facts.push([t.workloads.allocation, workload.allocation_id])
  if (lease !== undefined) {
    facts.push([t.workloads.lease, <LeaseBadge status={lease.status} />])
    facts.push([t.rent.isolation, t.words.isolation[lease.isolation]])
    if (lease.end !== null) facts.push([t.workloads.closed, t.words.leaseEnd[lease.end]])
    if (lease.fault !== null) facts.push([t.workloads.fault, t.words.fault[lease.fault]])
  }
  return (
    <Panel title={t.workloads.details}>
      <Facts facts={facts} />
    </Panel>
  )
}

function RunTime({ workload }: { readonly workload: Workload }) {
  const { started_at: started, ended_at: ended } = workload
  const nowMs = useServerNow(started !== null && ended === null)
  if (started === null) return <>–</>
  const endMs = ended === null ? nowMs : Date.parse(ended)
  return <>{formatRunning((endMs - Date.parse(started)) / 1_000)}</>
}
