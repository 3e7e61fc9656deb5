import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { programUrl } from '../../kernel/index.ts'
import { Fault } from '../../messages/index.ts'
import { findCgroups } from '../cgroup/find.ts'
import { Group } from '../cgroup/group.ts'
import { WITNESS_GROUP, resumeGroup } from './pause.ts'
import type { FromProver, ProofTask, ToProver } from './task.ts'

const REMOVE_TRIES = 20
const REMOVE_MS = 100

/** The daemon's hold on one prover. Both promises reject with Fault PROVER_ENDED when it is gone. */
export class Prover {
  readonly #child: ChildProcess
  readonly #task: ProofTask
  readonly committed: Promise<{ readonly root: string; readonly work: number }>
  readonly #answered: Promise<Uint8Array>

  constructor(task: ProofTask) {
    const program = fileURLToPath(programUrl('agent/prover', import.meta.url))
    this.#task = task
    this.#child = fork(program, { serialization: 'advanced', stdio: 'ignore' })
    const said: FromProver[] = []
    const next = (has: (one: FromProver) => boolean): Promise<FromProver> =>
      new Promise((resolve, reject) => {
        this.#child.on('message', (one: FromProver) => {
          said.push(one)
          if (has(one)) resolve(one)
        })
        this.#child.once('exit', () => {
          if (!said.some(has)) reject(new Fault('PROVER_ENDED', { retryable: false }))
        })
        this.#child.once('error', (cause) => reject(new Fault('PROVER_ENDED', { cause })))
      })
    this.committed = next((one) => 'root' in one) as Promise<Extract<FromProver, { root: string }>>
    this.#answered = next((one) => 'answer' in one).then((one) =>
      'answer' in one ? one.answer : new Uint8Array(),
    )
    // Whoever wants the answer hears of it; a prover that is not asked any more is no fault.
    this.#answered.catch(() => {})
    let isCommitted = false
    void this.committed.then(() => (isCommitted = true)).catch(() => {})
    this.#child.once('exit', () => void this.#tidy(isCommitted))
    this.#tell({ task })
  }

  /** The bytes of the answer to a draw. */
  answer(draw: string): Promise<Uint8Array> {
    this.#tell({ draw })
    return this.#answered
  }

  close(): void {
    this.#child.kill('SIGKILL')
  }

  #tell(what: ToProver): void {
    if (this.#child.connected) this.#child.send(what)
  }

  /** Whatever became of it, nothing of the buyer's stays stopped and no group is left. */
  async #tidy(isCommitted: boolean): Promise<void> {
    if (this.#task.proof !== 'witness') return
    const group = new Group(findCgroups(), this.#task.group)
    if (!isCommitted) resumeGroup(group)
    for (let tries = 0; tries < REMOVE_TRIES; tries++) {
      if (group.child(WITNESS_GROUP).remove()) return
      await new Promise((resolve) => setTimeout(resolve, REMOVE_MS))
    }
  }
}
