import type { Plan, Running, Sink } from './plan.ts'
import { startProcess } from './start-process.ts'

/** Starts what a plan describes. Throws Fault (START_FAILED, IMAGE_NOT_FOUND) when it cannot. */
export async function start(plan: Plan, sink: Sink): Promise<Running> {
  return startProcess(plan, sink)
}
