/** The ReadModels port over SQL tables that follow the event log. */
import { Fault, type ReadModels } from '../messages/index.ts'
import type { Difference, Facts } from './compare.ts'
import type { EventSource } from './feed.ts'
import type { Home } from './home.ts'
import { Keeper } from './keeper.ts'
import type { Busy } from './pace.ts'
import { reads, type ReadName, type Reads } from './reads.ts'
import type { ReadArgs, ReadResult } from './store.ts'

export interface ReadModelOptions {
  readonly source: EventSource
  readonly home: Home
  /** how long a question waits for the first build before it is refused with REBUILDING */
  readonly patienceMs?: number
  /** told of faults of the database; the read models try again by themselves */
  readonly onFault?: (fault: unknown) => void
  /** share of its time in which the trading thread works; measured on this thread when left out */
  readonly busy?: Busy
}

/** The port, and what the operator's tools need beside it. */
export interface ReadModelService extends ReadModels {
  /** Differences from the engine's facts as of `appliedSeq`; empty when all agree. */
  compare(facts: Facts): Promise<readonly Difference[]>
  close(): Promise<void>
}

/**
 * Starts to open the tables and to follow the log; returns at once. Until the tables have caught up
 * for the first time questions wait `patienceMs` (2 s), then throw Fault('REBUILDING').
 */
export function startReadModels(options: ReadModelOptions): ReadModelService {
  const { home, source, patienceMs = 2_000, onFault = () => {}, busy } = options
  const keeper = new Keeper(home, source, onFault, busy)
  let rebuilding: Promise<void> | null = null
  let rebuildState: ReturnType<ReadModels['rebuildState']> = 'none'
  const ask = async <N extends ReadName>(name: N, args: ReadArgs<N>): Promise<ReadResult<N>> => {
    const store = await keeper.ready(patienceMs)
    try {
      return await store.read(name, args)
    } catch (error) {
      keeper.nudge()
      throw isBug(error) ? error : new Fault('REBUILDING', { cause: error })
    }
  }
  return {
    ...questions(ask),
    appliedSeq: () => keeper.appliedSeq,
    appliedTimeUs: () => keeper.appliedTimeUs,
    rebuilding: () => keeper.answering === null,
    rebuildState: () => rebuildState,
    waitFor: (seq, timeoutMs) => keeper.waitFor(seq, timeoutMs),
    rebuild() {
      if (rebuilding !== null) return rebuilding
      rebuildState = 'running'
      const end = (state: typeof rebuildState) => {
        rebuilding = null
        rebuildState = state
      }
      rebuilding = keeper.rebuild()
      rebuilding.then(
        () => end('done'),
        () => end('failed'),
      )
      return rebuilding
    },
    async compare(facts) {
      return (await keeper.ready(patienceMs)).compare(facts)
    },
    close: () => keeper.close(),
  }
}

type Ask = <N extends ReadName>(name: N, args: ReadArgs<N>) => Promise<ReadResult<N>>

function questions(ask: Ask): Reads {
  const names = Object.keys(reads) as ReadName[]
  return Object.fromEntries(
    names.map((name) => [name, (args: ReadArgs<typeof name>) => ask(name, args)]),
  ) as unknown as Reads
}

/** SQLSTATE classes 22 and 42: the statement itself is wrong. Everything else is the database's state. */
function isBug(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^(?:22|42)/.test(code)
}
