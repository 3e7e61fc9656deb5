import type { Lease, Workload } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Badge, type Tone } from '../ui/badge.tsx'

const WORKLOAD: Readonly<Record<Workload['status'], Tone>> = {
  queued: 'neutral',
  provisioning: 'accent',
  running: 'good',
  terminating: 'warn',
  done: 'neutral',
  failed: 'bad',
  terminated: 'neutral',
}
const LEASE: Readonly<Record<Lease['status'], Tone>> = {
  matched: 'accent',
  starting: 'accent',
  delivering: 'good',
  suspended: 'warn',
  reclaiming: 'warn',
  closed: 'neutral',
}

export function WorkloadBadge({ status }: Pick<Workload, 'status'>) {
  const t = useText()
  return <Badge tone={WORKLOAD[status]}>{t.words.workloadStatus[status]}</Badge>
}

export function LeaseBadge({ status }: Pick<Lease, 'status'>) {
  const t = useText()
  return <Badge tone={LEASE[status]}>{t.words.leaseStatus[status]}</Badge>
}
