/**
 * A process of its own for every challenge of hardware, whose threads do the work: the daemon is not
 * held up, and its memory goes back with it. It ends when it has answered or the daemon is gone.
 */
import { isMainThread } from 'node:worker_threads'
import { fromHex } from '../kernel/index.ts'
import { commit, type Commitment } from './proof/commit.ts'
import type { FromProver, ProofTask, ToProver } from './proof/task.ts'
import { runPart } from './proof/threads.ts'

if (isMainThread) serve()
else runPart()

function serve(): void {
  let commitment: Commitment | null = null
  const tell = (said: FromProver, then?: () => void): void => {
    process.send?.(said, undefined, {}, then)
  }
  const begin = async (task: ProofTask): Promise<void> => {
    commitment = await commit(task, new URL(import.meta.url))
    tell({ root: commitment.root, work: commitment.work })
  }
  process.on('message', (told: ToProver) => {
    if ('task' in told) {
      void begin(told.task)
    } else if (commitment !== null) {
      tell({ answer: commitment.answer(fromHex(told.draw)) }, () => process.exit())
    }
  })
  process.on('disconnect', () => process.exit())
}
