/**
 * The exchange's process on its machine: it starts, runs, is killed or loses its power at any await
 * point, and starts again over what is left.
 */
import { Exchange } from '../../src/exchange/index.ts'
import {
  makeSnapshot,
  openEngineFiles,
  openEngineReader,
  startEngine,
  type Clock,
  type Engine,
  type Signer,
} from '../../src/engine/index.ts'
import { openFolderObjects } from '../../src/objects/index.ts'
import type { QuarantinedCommand } from '../../src/journal/index.ts'
import {
  Fault,
  type BatchReplies,
  type CommandOf,
  type Envelope,
  type EventRecord,
  type ObjectStore,
  type Queries,
  type QueryName,
  type RecordBatch,
  type Reply,
} from '../../src/messages/index.ts'
import type { Counts } from './counts.ts'
import { CrashPlan } from './crash-plan.ts'
import { Machine, ProcessDied, type Operation } from './disk/machine.ts'
import { Disk } from './disk/disk.ts'
import type { Draw } from './draw.ts'
import type { FaultLevels } from './faults.ts'
import { isPlanted, poisoned } from './poison.ts'
import { Models } from './read-models/models.ts'
import type { Timeline } from './timeline.ts'
import { must } from './violation.ts'

const US_PER_MS = 1_000
const US_PER_SECOND = 1_000_000

/** process number of those who look at the disk from outside: nothing happens to them */
export const OBSERVER = 0

export interface HostParts {
  readonly timeline: Timeline
  readonly draw: Draw
  readonly levels: FaultLevels
  readonly counts: Counts
  readonly signer: Signer
  readonly genesis: CommandOf<'Genesis'>
  /** how far the outside has seen the history */
  readonly publishedSeq: () => number
  /** what the engine publishes, batch after batch */
  readonly published: (records: readonly EventRecord[]) => void
  /** the process is gone */
  readonly died: () => void
  /** a process runs again, or for the first time */
  readonly started: (engine: Engine) => void
  /** something happened that must not */
  readonly violated: (why: Error) => void
}

const PACE_US = 60
const READ_MODELS = '/data/projections'
/** Small enough to be reached. */
const SMALL = { queue: 80, batchRecords: 64 }
type Death = 'kill' | 'power-cut' | 'own-end' | 'clean-stop'

export class Host {
  readonly disk = new Disk()
  readonly machine: Machine
  /** faults that can be switched on and off from outside */
  diskFault: 'none' | 'full' | 'error' | 'sync-error' | 'slow' | 'hang' = 'none'
  diskFaultUntilUs = 0
  /** the machine's clock less the true time, microseconds */
  skewUs = 0
  isHealed = false
  engine: Engine | null = null
  /** the files of members, as the process that runs has them */
  objects: ObjectStore | null = null
  /** commands and timers that the operator has to release */
  quarantined: () => readonly QuarantinedCommand[] = () => []
  exchange: Exchange | null = null
  readonly #parts: HostParts
  #process = 0
  #isAlive = false
  #snapshotting = false
  #poison: 'command' | 'timer' | null = null
  #stopping = false
  readonly #crashes: CrashPlan
  readonly models: Models

  constructor(parts: HostParts) {
    this.#parts = parts
    const { timeline, draw, levels, counts } = parts
    this.#crashes = new CrashPlan(draw.branch(), levels, counts)
    this.models = new Models(counts, parts.violated)
    this.machine = new Machine(this.disk, {
      point: (process, name) => this.#passes(process, name),
      delayUs: (process, operation, area) => this.#delayUs(process, operation, area),
      failure: (process, operation, area) => this.#failure(process, operation, area),
      wait: (delayUs) => timeline.sleep(delayUs),
    })
    this.disk.makeFolder('/data')
    this.disk.syncAll()
  }

  get isUp(): boolean {
    return this.engine !== null
  }
  /** the folder of the exchange as the process now running sees it */
  folder(process = this.#process): string {
    return this.machine.seenBy(process, '/data')
  }

  /** Starts a process over what is on the disk. */
  start(acceptGap = false): void {
    const process = ++this.#process
    this.machine.tick++
    this.#isAlive = true
    this.#stopping = false
    this.#crashes.begin(this.#parts.publishedSeq())
    this.#begin(process, acceptGap).catch((error: unknown) => this.#startFailed(process, error))
  }

  /** Takes the request of a client; null when nobody listens. */
  submit(envelope: Envelope): Promise<Reply> | null {
    return this.#asked('request', 'reply', (engine) => engine.submit(envelope))
  }
  /** Takes commands that came in one message: all of them or none. */
  submitBatch(batch: RecordBatch): Promise<Reply[]> | null {
    return this.#asked('request', 'reply', (engine) => {
      return new Promise((resolve, reject) => {
        engine.submitBatch(batch, (result) => {
          if (result instanceof Error) reject(result)
          else resolve(repliesOf(result))
        })
      })
    })
  }
  /** What a question is answered, with the seq up to which the answer is durable. */
  ask<N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
  ): Promise<{ result: Queries[N]['result']; durableSeq: number }> | null {
    return this.#asked('question', 'answer', async (engine) => {
      const result = await engine.ask(name, args)
      return { result, durableSeq: engine.durableSeq() }
    })
  }
  /** A process that died before its answer left sends none. */
  #asked<T>(
    before: string,
    after: string,
    work: (engine: Engine) => Promise<T>,
  ): Promise<T> | null {
    const process = this.#process
    const { engine } = this
    if (engine === null || !this.#passes(process, before)) return null
    return work(engine).then((answer) => {
      return this.#passes(process, after) ? answer : new Promise<never>(() => {})
    })
  }

  /** Makes a snapshot as the worker beside the engine does. */
  async snapshot(): Promise<void> {
    if (this.#snapshotting || !this.isUp) return
    this.#snapshotting = true
    const process = this.#process
    try {
      const reader = await openEngineReader(this.folder(process))
      const { log, store: snapshots } = reader
      const made = await makeSnapshot({ log, snapshots, machine: () => new Exchange() })
      if (made !== null) this.#parts.counts.add('work', 'snapshots')
      await reader.events.close()
      await log.close()
    } catch (error) {
      if (this.#lives(process)) this.#ownError(error)
    } finally {
      if (this.#process === process) this.#snapshotting = false
    }
  }

  /** The operator stops the exchange and starts it again. */
  async restart(): Promise<void> {
    const { engine } = this
    if (engine === null || this.#stopping) return
    this.#stopping = true
    const process = this.#process
    try {
      await this.models.stop()
      await engine.stop()
    } catch (error) {
      if (this.#lives(process)) this.#ownError(error)
    }
    if (this.#lives(process)) this.#die('clean-stop')
  }

  async #begin(process: number, acceptGap: boolean): Promise<void> {
    const { levels, signer, genesis, published, started } = this.#parts
    const { segmentBytes } = levels
    const files = await openEngineFiles({ directory: this.folder(process), segmentBytes })
    const engine = await startEngine({
      ...files,
      machine: () => {
        const made = new Exchange()
        if (this.#lives(process)) this.exchange = made
        return poisoned(made, () => this.#takePoison())
      },
      signer,
      genesis,
      exit: (why) => this.#exits(process, why),
      clock: this.#clock(process),
      limits: SMALL,
      acceptGap,
    })
    if (!this.#lives(process)) return
    this.quarantined = files.quarantine.entries
    engine.onDurable((records) => {
      if (!this.#lives(process)) return
      published(records)
      this.#provoke()
    })
    if (levels.readModels) this.models.start(engine, `${this.folder(process)}/projections`)
    this.engine = engine
    this.objects = openFolderObjects(`${this.folder(process)}/objects`)
    this.#snapshotting = false
    started(engine)
  }

  /** Leads the process to the point at which it is to die. */
  #provoke(): void {
    if (this.isHealed) return
    const what = this.#crashes.provokes(this.#parts.publishedSeq())
    if (what === 'restart') void this.restart()
    else if (what === 'snapshot') void this.snapshot()
    else if (what === 'poison') this.poison('command')
  }

  /** The next command or Tick trips an assert, as a mistake in the program would. */
  poison(what: 'command' | 'timer'): void {
    this.#poison = what
  }
  #takePoison(): 'command' | 'timer' | null {
    return this.isUp && !this.isHealed ? this.#poison : null
  }

  /** A start that did not work is tried again; only faults of the surroundings are a reason for it. */
  #startFailed(process: number, error: unknown): void {
    if (!this.#lives(process) || error instanceof ProcessDied) return
    if (error instanceof Fault && error.code === 'OPERATOR_NEEDED') {
      this.#parts.counts.add('fault', 'operator-needed')
      this.#isAlive = false
      this.#parts.timeline.after(US_PER_SECOND, () => this.start(true))
      return
    }
    this.#ownError(error)
  }

  #exits(process: number, why: Error): void {
    if (!this.#lives(process) || why instanceof ProcessDied) return
    this.#ownError(why)
  }
  /** The process ends by itself. It may, when the machine failed it. */
  #ownError(error: unknown): void {
    const code = (error as { code?: string }).code ?? ''
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? ''
    const ofDisk = ['ENOSPC', 'EIO'].some((each) => code === each || cause === each)
    if (isPlanted(error)) {
      this.#poison = null
      this.#parts.counts.add('fault', 'program-wrong')
    }
    const isOwn = isPlanted(error) || isOwnEnd(error)
    if (!ofDisk && !isOwn) {
      this.#parts.violated(error as Error)
      return
    }
    this.#parts.counts.add('end', error instanceof Fault ? error.code : code)
    this.#die('own-end')
  }

  #lives(process: number): boolean {
    return this.#isAlive && process === this.#process
  }

  #passes(process: number, name: string | null): boolean {
    if (process === OBSERVER) return true
    if (!this.#lives(process)) return false
    if (name === null) return true
    this.#parts.counts.add('work', 'await-points')
    if (this.isHealed) return true
    if (!this.#crashes.strikes(name, this.#parts.publishedSeq(), this.engine === null)) return true
    this.#die(this.#parts.draw.chance(this.#parts.levels.powerCutPerMille) ? 'power-cut' : 'kill')
    return false
  }

  #die(death: Death): void {
    const { counts, draw, timeline, died } = this.#parts
    counts.add('death', death)
    this.#isAlive = false
    this.#snapshotting = false
    this.engine = null
    this.objects = null
    this.models.died()
    if (death === 'power-cut') {
      this.disk.cut(draw)
      this.machine.boot++
    }
    if (!this.isHealed && draw.chance(60)) this.#loseReadModels()
    died()
    timeline.after(this.#downtimeUs(), () => this.start())
  }

  /** Somebody deletes what can be made again. */
  #loseReadModels(): void {
    if (this.disk.find(READ_MODELS) === undefined) return
    this.#parts.counts.add('fault', 'read-models-lost')
    this.disk.removeTree(READ_MODELS)
  }

  #downtimeUs(): number {
    const { draw, counts } = this.#parts
    if (this.isHealed) return US_PER_SECOND
    const length = draw.weighted([
      [70, 'moment'],
      [20, 'minute'],
      [8, 'half-hour'],
      [2, 'hours'],
    ] as const)
    if (length !== 'moment') counts.add('fault', `gap-of-${length}`)
    if (length === 'moment') return draw.between(10, 4_000) * US_PER_MS
    if (length === 'minute') return draw.between(5, 120) * US_PER_SECOND
    if (length === 'half-hour') return draw.between(120, 3_000) * US_PER_SECOND
    return draw.between(1, 9) * 3_600 * US_PER_SECOND
  }

  #clock(process: number): Clock {
    const { timeline, draw } = this.#parts
    let paceUs = 0
    return {
      nowUs: () => Math.floor(timeline.nowUs + this.skewUs),
      // Each look at it finds that some time was spent: turns of the loop end anywhere.
      paceUs: () => (paceUs += draw.below(PACE_US)),
      after: (delayMs, wake) =>
        timeline.after(delayMs * US_PER_MS, () => {
          if (this.#passes(process, 'alarm')) wake()
        }),
    }
  }

  #delayUs(process: number, operation: Operation, area: string): number {
    if (process === OBSERVER || operation === 'read') return 0
    const { draw } = this.#parts
    const isLog = area === 'journal' && (operation === 'write' || operation === 'sync')
    if (this.diskFault === 'hang' && isLog) {
      return Math.max(0, this.diskFaultUntilUs - this.#parts.timeline.nowUs)
    }
    if (this.diskFault === 'slow' && isLog) return draw.between(1, 4_000) * US_PER_MS
    return isLog ? draw.between(50, 1_500) : 0
  }
  #failure(process: number, operation: Operation, area: string): string | null {
    if (process === OBSERVER || (area !== 'journal' && area !== 'objects')) return null
    // Every sync fails, until the process gives up: what it wrote is in the page cache alone.
    if (this.diskFault === 'sync-error') return operation === 'sync' ? 'EIO' : null
    if (this.diskFault !== 'error') return null
    const isWrite = operation === 'write' || operation === 'sync'
    return isWrite && this.#parts.draw.chance(500) ? 'EIO' : null
  }
}

function repliesOf(replies: BatchReplies): Reply[] {
  return Array.from({ length: replies.count }, (_, index) => {
    const reply = replies.replyOf(index)
    must(reply.seq === replies.seqOf(index), 'reply', () => `${reply.seq} at place ${index}`)
    return reply
  })
}

/** Faults with which the engine ends itself when its surroundings fail it. */
function isOwnEnd(error: unknown): boolean {
  return error instanceof Fault && ['NOT_DURABLE', 'OPERATOR_NEEDED'].includes(error.code)
}
