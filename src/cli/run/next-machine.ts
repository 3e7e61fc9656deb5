/** The machine did not start or was lost: where the exchange bought another, the work goes on there. */
import type { Client } from '../../client/index.ts'
import type { Workload } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import type { Started } from './order.ts'
import type { Stages } from './stages.ts'

/** Where the work is now; null when it ended for good. Says what happened. */
export async function startedAgain(
  cli: Cli,
  client: Client,
  about: {
    readonly started: Started
    readonly workload: Workload
    readonly stages: Stages
    /** another one is wanted also for a machine that was lost on the way */
    readonly replace: boolean
  },
): Promise<Started | null> {
  const { started, workload, stages, replace } = about
  const wasLost = workload.started_at !== null
  if (started.orderId === null || workload.end === 'EXITED' || (wasLost && !replace)) return null
  const order = await client.getOrder({ params: { order_id: started.orderId } })
  if (order.retry_refused !== null) {
    cli.tell(
      cli.say(wasLost ? 'run.noOther' : 'run.noNext', {
        node: workload.node_id,
        code: order.retry_refused,
      }),
    )
  }
  if (order.replaced_by === null) return null
  const next = await client.getOrder({ params: { order_id: order.replaced_by } })
  const [allocationId] = next.allocation_ids
  if (allocationId === undefined) return null
  const allocation = await client.getAllocation({ params: { allocation_id: allocationId } })
  const [workloadId] = allocation.workload_ids
  if (workloadId === undefined) return null
  stages.retried(workload, allocation)
  return { workloadId, allocationId, orderId: next.id }
}
