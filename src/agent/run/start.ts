import type { Plan, Running, Sink } from './plan.ts'
import { startContainer } from './start-container.ts'
import { startPod } from './start-pod.ts'
import { startJob } from './start-job.ts'
import { startProcess } from './start-process.ts'

/**
 * Starts what a plan describes, or takes over what an earlier supervisor left, which knew
 * `alreadyLogged` bytes of its output (null: there was none).
 * Throws Fault (START_FAILED, IMAGE_NOT_FOUND, NODE_RESTARTED) when it cannot.
 */
export async function start(
  plan: Plan,
  sink: Sink,
  alreadyLogged: number | null = null,
): Promise<Running> {
  const { launch } = plan
  if (launch.kind === 'pod') return startPod(launch, sink, alreadyLogged)
  if (launch.kind === 'job') return startJob(launch, sink, alreadyLogged !== null)
  return launch.kind === 'container'
    ? startContainer(plan, launch, sink, alreadyLogged)
    : startProcess(plan, launch, sink)
}
