import { writeFileSync } from 'node:fs'
import {
  encode,
  fromHex,
  matrixAnswer,
  memoryAnswer,
  toHex,
  witnessAnswer,
} from '../../kernel/index.ts'
import { findCgroups } from '../cgroup/find.ts'
import { Group } from '../cgroup/group.ts'
import { MatrixProof } from './matrix.ts'
import { MemoryProof, fillMemory } from './memory.ts'
import { WITNESS_GROUP, pauseGroup } from './pause.ts'
import type { ProofTask } from './task.ts'
import { PartThreads } from './threads.ts'
import { WitnessProof } from './witness.ts'

/** What can be said once the work is done, and how the draw is then answered. */
export interface Commitment {
  readonly root: string
  readonly work: number
  readonly answer: (draw: Uint8Array) => Uint8Array
}

/** Does the work of a task; `program` is the one whose threads help. */
export async function commit(task: ProofTask, program: URL): Promise<Commitment> {
  if (task.proof === 'matrix') return commitMatrix(task, program)
  if (task.proof === 'witness') return commitWitness(task, program)
  const proof = new MemoryProof(fillMemory(fromHex(task.seed), task.size))
  const answer = (draw: Uint8Array) => encode(memoryAnswer, proof.answer(draw))
  return { root: toHex(proof.root), work: task.size, answer }
}

async function commitMatrix(
  { seed, size, threads }: Extract<ProofTask, { proof: 'matrix' }>,
  program: URL,
): Promise<Commitment> {
  const each = Math.ceil(size / threads)
  const parts = Array.from({ length: Math.ceil(size / each) }, (_one, at) => ({
    seed,
    size,
    from: at * each,
    until: Math.min(size, (at + 1) * each),
  }))
  const product = new Int32Array(size * size)
  const rows = await new PartThreads(program, parts).rows()
  for (const [at, some] of rows.entries()) product.set(some, at * each * size)
  const proof = new MatrixProof(product, size)
  const answer = (draw: Uint8Array) => encode(matrixAnswer, proof.answer(draw))
  return { root: toHex(proof.root), work: size, answer }
}

/**
 * 1 what the buyer runs is stopped, 2 the threads get ready outside, so that their start is not paid
 * by the allocation, 3 all of this process goes into it and works, 4 what was stopped goes on.
 */
async function commitWitness(
  task: Extract<ProofTask, { proof: 'witness' }>,
  program: URL,
): Promise<Commitment> {
  const { seed, size, threads } = task
  const group = new Group(findCgroups(), task.group)
  const own = group.child(WITNESS_GROUP)
  own.create()
  const resume = pauseGroup(group)
  process.once('exit', resume)
  try {
    const gate = new Int32Array(new SharedArrayBuffer(4))
    const parts = Array.from({ length: threads }, (_one, core) => ({ seed, size, core, gate }))
    const running = new PartThreads(program, parts)
    await running.ready()
    for (const file of own.joinFiles) writeFileSync(file, String(process.pid))
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
    const proof = new WitnessProof(await running.states())
    const answer = (draw: Uint8Array) => encode(witnessAnswer, proof.answer(draw))
    return { root: toHex(proof.root), work: proof.work, answer }
  } finally {
    resume()
  }
}
