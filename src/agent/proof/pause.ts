import { readFileSync } from 'node:fs'
import type { Group } from '../cgroup/group.ts'
import { signalProcess } from '../proc/table.ts'

/** Name of the group that a witness has for itself inside the one of the allocation. */
export const WITNESS_GROUP = 'witness'

/**
 * Stops everything that runs in an allocation, so that a witness has all of what was sold: two who
 * share a quota would each get half. The answer lets it go on. What had stopped itself stays stopped.
 */
export function pauseGroup(group: Group): () => void {
  const stopped = new Set<number>()
  // A fork during the sweep is met by the next one.
  for (let isNew = true; isNew;) {
    isNew = false
    for (const pid of group.processes()) {
      if (stopped.has(pid) || isStopped(pid) || !signalProcess(pid, 'SIGSTOP')) continue
      stopped.add(pid)
      isNew = true
    }
  }
  return () => {
    for (const pid of stopped) signalProcess(pid, 'SIGCONT')
  }
}

/** Lets all go on: whoever had stopped them is gone. */
export function resumeGroup(group: Group): void {
  for (const pid of group.processes()) signalProcess(pid, 'SIGCONT')
}

/** A witness was under way when its prover and its daemon ended: nobody else lets all go on. */
export function endWitness(group: Group): void {
  const left = group.child(WITNESS_GROUP)
  if (!left.exists) return
  left.kill()
  resumeGroup(group)
  left.remove()
}

function isStopped(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return 'Tt'.includes(text.charAt(text.lastIndexOf(')') + 2))
  } catch (error) {
    // It ended meanwhile.
    if (error instanceof Error) return true
    throw error
  }
}
