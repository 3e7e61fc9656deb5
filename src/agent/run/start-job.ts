import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../messages/index.ts'
import { monotonicMs } from '../clock.ts'
import { EngineError } from '../container/engine.ts'
import { writeDurably } from '../files.ts'
import { readFunding, workloadPaths } from '../lease-folder.ts'
import { SlurmCommands } from '../slurm/commands.ts'
import { Slurm } from '../slurm/rest.ts'
import { endingOf, isHopeless, isOver } from '../slurm/states.ts'
import type { Job } from '../slurm/versions.ts'
import { JobLog } from './job-log.ts'
import { endedFile, JobMeter } from './job-meter.ts'
import type { Ending, JobLaunch, Running, Sink } from './plan.ts'

type Signal = 'SIGTERM' | 'SIGKILL'

/** How often the files on the shared file system are looked at. */
const FILES_MS = 25
const FILES_IDLE_MS = 200
/** How often the controller is asked: soon after the start, then seldom. */
const ASK_MS = 250
const ASK_LATE_MS = 5_000
const AGAIN_MS = 1_000
const FUNDING_MS = 2_000
/** A job may run on so long unpaid when nobody is left to stop it. */
const MARGIN_SECONDS = 60
/** A short program inside an allocation that is not paid for yet. */
const UNFUNDED_SECONDS = 60

/**
 * Submits a plan's job, or takes over the one that an earlier supervisor submitted, of whose output
 * the first bytes are in the log already.
 * Throws Fault START_FAILED, and NODE_RESTARTED when there is nothing to take over.
 */
export async function startJob(
  launch: JobLaunch,
  sink: Sink,
  takesOver: boolean,
): Promise<Running> {
  const slurm = new Slurm(launch.access)
  const id = takesOver
    ? await patiently(() => findJob(slurm, launch.folder, launch.job))
    : await submit(slurm, launch)
  if (id === null) throw new Fault('NODE_RESTARTED')
  const kept = new KeptJob(slurm, launch, id, new JobLog(launch.folder, sink, takesOver))
  return {
    root: null,
    ended: kept.follow(),
    terminate: () => kept.order('SIGTERM'),
    kill: () => kept.order('SIGKILL'),
    usage: () => kept.meter.usage(),
    forget: async () => {},
  }
}

/** Where the job's number is kept. */
const jobFile = (folder: string): string => join(folder, 'number')

/** The number of the job of a folder as far as this machine knows it. */
export function knownJob(folder: string): number | null {
  const file = jobFile(folder)
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null
}

/** The number of a job that was submitted, by the file or by its comment; null when there is none. */
export async function findJob(
  slurm: Slurm,
  folder: string,
  { account, comment }: Pick<Job, 'account' | 'comment'>,
): Promise<number | null> {
  const known = knownJob(folder)
  if (known !== null) return known
  const jobs = await slurm.jobs()
  return jobs.find((job) => job.account === account && job.comment === comment)?.id ?? null
}

async function submit(slurm: Slurm, launch: JobLaunch): Promise<number> {
  const seconds = fundedSeconds(launch) ?? UNFUNDED_SECONDS
  try {
    const minutes = Math.ceil((seconds + MARGIN_SECONDS) / 60)
    const id = await slurm.submit({ ...launch.job, minutes })
    writeDurably(jobFile(launch.folder), String(id))
    return id
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause
    throw new Fault('START_FAILED', { cause, retryable: false })
  }
}

/** Seconds that are paid for from now on; null while nothing was ever paid. */
function fundedSeconds(launch: JobLaunch): number | null {
  const funding = readFunding(workloadPaths(dirname(launch.folder)).lease)
  if (funding === null) return null
  return Math.max(0, Math.ceil(funding.fundedSeconds - (monotonicMs() - funding.readyMs) / 1_000))
}

/** One job in the hands of its supervisor. */
class KeptJob {
  readonly meter: JobMeter
  readonly #slurm: Slurm
  readonly #commands: SlurmCommands
  readonly #launch: JobLaunch
  readonly #id: number
  readonly #log: JobLog
  #state = 'PENDING'
  #wanted: Signal | null = null
  #told: Signal | null = null
  #toldMs = 0
  #fundedUntilMs = 0

  constructor(slurm: Slurm, launch: JobLaunch, id: number, log: JobLog) {
    this.#slurm = slurm
    this.#commands = new SlurmCommands(launch.access)
    this.#launch = launch
    this.#id = id
    this.#log = log
    this.meter = new JobMeter(slurm, this.#commands, id, launch.folder)
  }

  /** Copies output and asks for the state until the job is over: 1 files, 2 state, 3 funding. */
  async follow(): Promise<Ending> {
    const from = monotonicMs()
    let askedMs = Number.NEGATIVE_INFINITY
    let fundingMs = from
    let pauseMs = FILES_MS
    for (;;) {
      pauseMs = this.#log.copy() > 0 ? FILES_MS : Math.min(FILES_IDLE_MS, pauseMs * 1.2)
      await this.#tellAgain()
      const now = monotonicMs()
      const every = Math.min(ASK_LATE_MS, Math.max(ASK_MS, (now - from) / 20))
      const soon = this.#wanted !== null || existsSync(endedFile(this.#launch.folder))
      if (now - askedMs >= (soon ? ASK_MS / 2 : every)) {
        askedMs = now
        const ending = await this.#look()
        if (ending !== null) {
          this.#log.copy(true)
          await this.meter.close()
          return ending
        }
      }
      if (now - fundingMs >= FUNDING_MS) {
        fundingMs = now
        await this.#extend()
      }
      await sleep(pauseMs)
    }
  }

  /** It is told at the next look; said again for as long as the engine is away. */
  order(signal: Signal): void {
    if (this.#wanted !== 'SIGKILL') this.#wanted = signal
  }

  /** A polite word is said once, the last one until the job is over. */
  async #tellAgain(): Promise<void> {
    const signal = this.#wanted
    const said = this.#told === signal
    const soon = monotonicMs() - this.#toldMs < AGAIN_MS
    if (signal === null || (said && (signal === 'SIGTERM' || soon))) return
    try {
      await this.#tell(signal)
      this.#told = signal
      this.#toldMs = monotonicMs()
    } catch (error) {
      if (!isOfEngine(error)) throw error
    }
  }

  async #tell(signal: Signal): Promise<void> {
    // It may have begun since the last look, and what runs is not asked by a cancel but ended at once.
    if (this.#state === 'PENDING') {
      this.#state = (await this.#slurm.job(this.#id))?.state ?? this.#state
    }
    if (this.#state === 'PENDING') return this.#slurm.cancel(this.#id)
    // The second time it is also taken from the node by the cluster's own means.
    if (signal === 'SIGKILL' && this.#told === signal) return this.#slurm.cancel(this.#id)
    if (signal === 'SIGKILL') return this.#commands.signalScript(this.#id, 'KILL')
    if (this.#launch.scriptTells === true) return this.#commands.signalScript(this.#id, 'USR1')
    if (!(await this.#slurm.signal(this.#id, signal))) await this.#slurm.cancel(this.#id)
  }

  async #look(): Promise<Ending | null> {
    const job = await this.#ask()
    if (job === undefined) return null
    if (job === null) return { exitCode: 137, outOfMemory: false, end: 'NODE_LOST' }
    this.#state = job.state
    this.meter.running = job.state === 'RUNNING'
    if (isOver(job)) return endingOf(job)
    if (!isHopeless(job)) return null
    await this.#slurm.cancel(this.#id)
    return {
      exitCode: 125,
      outOfMemory: false,
      end: 'START_FAILED',
      detail: `Slurm: ${job.reason}`,
    }
  }

  /** By the controller, or by accounting of what it forgot; undefined while neither answers. */
  async #ask(): Promise<Pick<Job, 'state' | 'exitCode' | 'reason'> | null | undefined> {
    try {
      const job = await this.#slurm.job(this.#id)
      if (job !== null) return job
      const accounted = await this.#slurm.accountedJob(this.#id)
      return accounted === null ? null : { ...accounted, reason: '' }
    } catch (error) {
      if (!isOfEngine(error)) throw error
      return undefined
    }
  }

  /** Slurm itself ends the job soon after the paid time, also when nobody is left to do it. */
  async #extend(): Promise<void> {
    const seconds = fundedSeconds(this.#launch)
    if (seconds === null || this.#state !== 'RUNNING' || this.#wanted !== null) return
    const untilMs = monotonicMs() + seconds * 1_000
    if (Math.abs(untilMs - this.#fundedUntilMs) < MARGIN_SECONDS * 500) return
    try {
      const end = Math.ceil(Date.now() / 1_000) + seconds + MARGIN_SECONDS
      await this.#commands.setEnd(this.#id, end)
      this.#fundedUntilMs = untilMs
    } catch (error) {
      if (!isOfEngine(error)) throw error
    }
  }
}

/** Did the engine refuse or not answer, rather than this program fail? */
function isOfEngine(error: unknown): error is Error {
  return error instanceof EngineError || error instanceof Fault
}

async function patiently<T>(once: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await once()
    } catch (error) {
      if (!isOfEngine(error)) throw error
      await sleep(AGAIN_MS)
    }
  }
}
