import type { Plan, Running, Sink } from './plan.ts'
import { startContainer } from './start-container.ts'
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
  // Loaded where they are needed: a supervisor's own start is part of every workload's.
  if (launch.kind === 'pod') {
    const { startPod } = await import('./start-pod.ts')
    return startPod(launch, sink, alreadyLogged)
  }
  if (launch.kind === 'job') {
    const { startJob } = await import('./start-job.ts')
    return startJob(launch, sink, alreadyLogged !== null)
  }
  return launch.kind === 'container'
    ? startContainer(plan, launch, sink, alreadyLogged)
    : startProcess(plan, launch, sink)
}
