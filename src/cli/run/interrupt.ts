/** Ctrl-C while a workload runs: the first asks it to stop, the second leaves at once. */
import type { Client } from '../../client/index.ts'
import { hasCode } from '../../client/index.ts'
import type { Cli } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'

const GRACE_SECONDS = 10

export interface Interrupt {
  readonly wasInterrupted: () => boolean
  /** the work goes on as this workload: an end that was asked for is asked of it too */
  readonly moved: (workload: string) => void
  readonly release: () => void
  /** rejects when stopping fails */
  readonly failed: Promise<never>
}

/** Takes Ctrl-C until released. */
export function stopOnInterrupt(
  cli: Cli,
  client: Client,
  first: string,
  graceSeconds = GRACE_SECONDS,
): Interrupt {
  const state = { interrupted: false, workload: first }
  let reject: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, no) => {
    reject = no
  })
  const stop = (): void => {
    const { workload } = state
    cli.tell(cli.say('run.stopping', { workload }))
    const stopped = client.stopWorkload({
      params: { workload_id: workload },
      query: { grace_seconds: graceSeconds },
    })
    stopped.catch((error: unknown) => {
      if (!hasCode(error, 'WORKLOAD_ENDED')) reject(error)
    })
  }
  const release = cli.host.onInterrupt(() => {
    if (state.interrupted) {
      cli.tell(cli.say('run.left', { workload: state.workload }))
      return cli.host.exit(EXIT.interrupted)
    }
    state.interrupted = true
    stop()
  })
  failed.catch(() => {})
  const moved = (next: string): void => {
    state.workload = next
    if (state.interrupted) stop()
  }
  return { wasInterrupted: () => state.interrupted, moved, release, failed }
}
