/** What there is to measure. */
import { durable } from './goals/durable.ts'
import { evaluation } from './goals/evaluation.ts'
import { firstLogLine } from './goals/first-log-line.ts'
import { http } from './goals/http.ts'
import { journal } from './goals/journal.ts'
import { kubernetesFirstLine } from './goals/kubernetes-first-line.ts'
import { leaseHour } from './goals/lease-hour.ts'
import { matchingGrowth } from './goals/matching-growth.ts'
import { matchingHandles } from './goals/matching-handles.ts'
import { matchingHeap } from './goals/matching-heap.ts'
import { matchingLatency } from './goals/matching-latency.ts'
import { matching } from './goals/matching.ts'
import { ordersInProcess } from './goals/orders-in-process.ts'
import { readModels } from './goals/read-models.ts'
import { replay } from './goals/replay.ts'
import { spotCore } from './goals/spot-core.ts'
import { spotGrowth } from './goals/spot-growth.ts'
import { spotLatency } from './goals/spot-latency.ts'
import { slurmFirstLine } from './goals/slurm-first-line.ts'
import { start } from './goals/start.ts'
import { telemetry } from './goals/telemetry.ts'
import { websocketBatches } from './goals/websocket-batches.ts'
import { websocketUpdates } from './goals/websocket-updates.ts'
import { websocket } from './goals/websocket.ts'
import { worstStart } from './goals/worst-start.ts'
import type { Row } from './row.ts'

export interface GoalOptions {
  /** events of the burst that the read models drain; a part of the full 10 million when left out */
  readonly burst?: number
}

/** Every benchmark by name. */
export const GOALS: Readonly<Record<string, (options: GoalOptions) => Promise<Row[]>>> = {
  matching,
  'matching-handles': matchingHandles,
  'matching-latency': matchingLatency,
  'matching-growth': matchingGrowth,
  'matching-heap': matchingHeap,
  'orders-in-process': ordersInProcess,
  'spot-core': spotCore,
  'spot-latency': spotLatency,
  'spot-growth': spotGrowth,
  'lease-hour': leaseHour,
  journal,
  replay,
  'worst-start': worstStart,
  durable,
  http,
  websocket,
  'websocket-batches': websocketBatches,
  'websocket-updates': websocketUpdates,
  start,
  'read-models': readModels,
  'first-log-line': firstLogLine,
  telemetry,
  'slurm-first-line': slurmFirstLine,
  'kubernetes-first-line': kubernetesFirstLine,
  evaluation,
}

/** These run only where they are named: they take long, or need a cluster. */
export const ON_DEMAND: readonly string[] = [
  'matching-heap',
  'spot-growth',
  'slurm-first-line',
  'kubernetes-first-line',
]
