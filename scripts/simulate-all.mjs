// Runs many seeds of the simulator, as many at once as there are cores. A process runs one after
// another: with code that is warm a short story takes a third of what it takes in a process of its own.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const worker = fileURLToPath(new URL('simulate-worker.mjs', import.meta.url))
/** young objects are most of what there is */
const execArgv = ['--max-semi-space-size=64']

/**
 * `runs`: any iterable of {seed, steps}. `told` hears of each as it ends: the run with `report` (null
 * when the process broke down), `code` (0, or 1 when the exchange did what it must not) and `words`
 * (what it complains of). No further ones begin once `told` answers false.
 */
export async function simulateAll(program, runs, told, atOnce = availableParallelism()) {
  const queue = runs[Symbol.iterator]()
  let isOver = false
  const work = async () => {
    let child = null
    for (let next = queue.next(); !next.done && !isOver; next = queue.next()) {
      child ??= await started(program)
      const result = await ask(child, next.value)
      if (told({ ...next.value, ...result }) === false) isOver = true
      // Who knows what a story that went wrong has left behind.
      if (result.code !== 0) child = end(child)
    }
    if (child !== null) end(child)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

function started(program) {
  const child = fork(worker, [program], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child))
    child.once('exit', () => reject(new Error(`${program} does not start`)))
  })
}

function ask(child, run) {
  return new Promise((resolve) => {
    const broke = (code, signal) =>
      resolve({ code: 1, report: null, words: `the simulator ended with ${signal ?? code}` })
    child.once('exit', broke)
    child.once('message', (result) => {
      child.off('exit', broke)
      resolve(result)
    })
    child.send(run)
  })
}

function end(child) {
  child.removeAllListeners('exit')
  child.kill()
  return null
}
