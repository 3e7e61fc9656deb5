/** Is the machine quiet enough that a figure says something of the program? */
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** of all cores together */
const BUSY_MAX = 0.1

export interface Quiet {
  /** share of the cores' time that was in use before the benchmark began */
  readonly busy_before: number
  readonly quiet: boolean
}

/** Looks at the machine for a while, doing nothing. */
export async function lookAround(milliseconds = 1_000): Promise<Quiet> {
  const before = times()
  await sleep(milliseconds)
  const after = times()
  const busy = 1 - (after.idle - before.idle) / (after.all - before.all)
  return { busy_before: Number(busy.toFixed(2)), quiet: busy <= BUSY_MAX }
}

function times(): { idle: number; all: number } {
  let idle = 0
  let all = 0
  for (const { times: each } of cpus()) {
    idle += each.idle
    all += each.idle + each.user + each.nice + each.sys + each.irq
  }
  return { idle, all }
}
