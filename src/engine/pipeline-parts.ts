import type { CommandLog, EventLog } from '../messages/index.ts'
import type { Liveness, Quarantine } from '../journal/index.ts'
import type { Clock } from './clock.ts'
import type { StateMachine } from './state-machine.ts'

export interface PipelineParts {
  readonly log: CommandLog
  readonly events: EventLog
  readonly quarantine: Quarantine
  readonly liveness: Liveness
  readonly clock: Clock
  readonly machine: StateMachine
  /** Ends the process: the state is ahead of the journal or wrong, and only recovery mends that. */
  readonly exit: (why: Error) => void
  readonly limits: PipelineLimits
}

export interface PipelineLimits {
  /** commands that may wait for execution */
  readonly queue: number
  /** and their bytes: a queue full of ordinary commands stays far below */
  readonly queueBytes: number
  /** a batch is full at this many records or bytes, whichever is first */
  readonly batchRecords: number
  readonly batchBytes: number
  /** nothing is taken while so many bytes wait for the event log */
  readonly eventBytes: number
  readonly durableWithinMs: number
}
