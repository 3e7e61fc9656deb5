import type { Plan, Running, Sink } from './plan.ts'
import { startContainer } from './start-container.ts'
import { startProcess } from './start-process.ts'

/**
 * Starts what a plan describes. `alreadyLogged` bytes of its output are known from an earlier
 * supervisor. Throws Fault (START_FAILED, IMAGE_NOT_FOUND) when it cannot.
 */
export async function start(plan: Plan, sink: Sink, alreadyLogged = 0): Promise<Running> {
  const { launch } = plan
  return launch.kind === 'container'
    ? startContainer(plan, launch, sink, alreadyLogged)
    : startProcess(plan, launch, sink)
}
