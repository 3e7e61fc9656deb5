import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { decode, sha256Hex } from '../../kernel/index.ts'
import {
  Fault,
  LIMITS,
  workloadSpec,
  type WorkloadEnd,
  type WorkloadSpec,
} from '../../messages/index.ts'
import { outputOf } from '../drivers/layout.ts'
import type { Allocation, Driver, ImageProgress } from '../drivers/driver.ts'
import { readJson, writeDurably } from '../files.ts'
import { leasePaths, workloadPaths } from '../lease-folder.ts'
import type { AssignedWorkload, ExchangeLink, WorkloadReport } from '../link.ts'
import { packTar } from '../pack.ts'
import { adopt, prestart } from '../run/launch.ts'
import { startWorkload, workloadAt, type WorkloadHandle } from '../run/workload.ts'
import { LogTail } from './log-tail.ts'
import {
  both,
  ENDED,
  endedStatus,
  endOfError,
  ignoreRefusal,
  isPassing,
  type Outcome,
} from './outcome.ts'

/** Starts that fail for reasons that may pass, one a second; then the workload has failed. */
const START_ATTEMPTS = 10

/** What one pass is to reach. */
export interface StepWanted {
  /** false once the lease ends */
  readonly mayStart: boolean
  /** it is to stand still, or not to start yet */
  readonly halted: boolean
}

/** Brings one workload from its assignment to its reported end; every step may be repeated. */
export class WorkloadKeeper {
  readonly #driver: Driver
  readonly #link: ExchangeLink
  readonly #allocation: Allocation
  readonly #handle: WorkloadHandle
  readonly #tail: LogTail
  readonly workload: number
  #imageReady = false
  #failedStarts = 0
  #reportedRunning = false
  #stopGrace = Number.POSITIVE_INFINITY
  #done = false
  /** what runs already may have been halted by an earlier daemon */
  #mayBeHalted: boolean

  constructor(driver: Driver, link: ExchangeLink, allocation: Allocation, workload: number) {
    this.#driver = driver
    this.#link = link
    this.#allocation = allocation
    this.workload = workload
    this.#handle = workloadAt(leasePaths(allocation.folder).workload(workload))
    this.#mayBeHalted = this.#started
    this.#tail = new LogTail(workload, this.#handle, (chunk) => link.pushLog(chunk))
  }

  /** Ended, and the exchange knows how. */
  get done(): boolean {
    return this.#done
  }

  /** Ended on this machine, but the exchange does not know yet. */
  get unreported(): boolean {
    return !this.#done && this.#outcome() !== null
  }

  /** Its supervisor keeps it, and it has not ended. */
  get running(): boolean {
    return !this.#done && this.#started && this.#handle.standing() === 'supervised'
  }

  /** Sends new output. */
  pump(): void {
    this.#tail.pump()
  }

  logKept(stream: 'stdout' | 'stderr', offset: number, full: boolean): void {
    this.#tail.kept(stream, offset, full)
    this.#tail.pump()
  }

  /** Orders the end; a workload that never started ends at once. */
  stop(end: WorkloadEnd, graceSeconds: number): void {
    if (this.#outcome() !== null || this.#stopGrace <= graceSeconds) return
    this.#stopGrace = graceSeconds
    if (this.#started) this.#handle.stop({ end, graceSeconds })
    else this.#decide({ end, exitCode: null, detail: '' })
  }

  /**
   * Brings the workload's image to this machine before the lease is ready, so that nobody pays for
   * waiting, and says by which digest it is known there. When it cannot be had, or is not what its
   * digest names, this workload has ended: then returns that end.
   */
  async fetchImage(
    assigned: AssignedWorkload,
    progress: ImageProgress,
    onDigest: (digest: string) => void,
  ): Promise<WorkloadEnd | null> {
    if (this.#imageReady || ENDED.has(assigned.status)) return null
    const { image } = await this.#fetchSpec(assigned.specDigest)
    try {
      const digest = image === null ? null : await this.#driver.fetchImage(image, progress)
      if (digest !== null) onDigest(digest)
      this.#imageReady = true
      return null
    } catch (error) {
      const end = endOfError(error)
      if (end !== 'IMAGE_NOT_FOUND' && end !== 'IMAGE_DIGEST') throw error
      this.#decide({ end, exitCode: null, detail: image ?? '' })
      return end
    }
  }

  /** One pass: start it, see whether it ended, report, halt it or let it go on. */
  async step(assigned: AssignedWorkload, { mayStart, halted }: StepWanted): Promise<void> {
    if (this.#done) return
    if (ENDED.has(assigned.status)) {
      this.#done = this.#outcome() !== null || !this.#started
      if (!this.#done) this.stop('LEASE_CLOSED', 0)
      return
    }
    if (assigned.stopRequested !== null) this.stop('STOPPED_BY_BUYER', assigned.stopRequested)
    // It ran here, but nothing of it is left: it must not run a second time.
    if (!this.#started && assigned.status === 'running') {
      this.#decide({ end: 'NODE_RESTARTED', exitCode: null, detail: '' })
    }
    if (!this.#started && this.#outcome() === null && mayStart && !halted) {
      await both(this.#report({ status: 'provisioning' }), this.#start(assigned))
    }
    if (this.#started) await this.#lookAfter()
    const outcome = this.#outcome()
    if (outcome !== null) return this.#finish(outcome)
    if (this.#started && !this.#reportedRunning) {
      await this.#report({ status: 'running' })
      this.#reportedRunning = true
    }
    await this.#halt(halted)
  }

  /** At each pass again: it may have begun to run since the last. A stop let it go on for good. */
  async #halt(isWanted: boolean): Promise<void> {
    if (!this.#started || this.#stopGrace < Infinity) return
    if (isWanted) {
      this.#mayBeHalted = true
      await this.#driver.suspend?.(this.#allocation, this.workload)
    } else if (this.#mayBeHalted) {
      await this.#driver.resume?.(this.#allocation, this.workload)
      this.#mayBeHalted = false
    }
  }

  get #started(): boolean {
    return existsSync(workloadPaths(this.#handle.folder).plan)
  }

  /** The end as its supervisor wrote it, or as this daemon decided without one. */
  #outcome(): Outcome | null {
    return this.#handle.exit() ?? (readJson(this.#decisionPath) as Outcome | null)
  }

  get #decisionPath(): string {
    return join(this.#handle.folder, 'decision.json')
  }

  #decide(outcome: Outcome): void {
    mkdirSync(this.#handle.folder, { recursive: true })
    writeDurably(this.#decisionPath, JSON.stringify(outcome))
  }

  /** Its supervisor's own start goes on beside what must happen before the plan is there. */
  prestart(assigned: AssignedWorkload): void {
    const waits = assigned.status === 'queued' && assigned.stopRequested === null
    if (waits && !this.#started && this.#outcome() === null) prestart(this.#handle.folder)
  }

  async #start(assigned: AssignedWorkload): Promise<void> {
    const { folder } = this.#handle
    mkdirSync(workloadPaths(folder).inputs, { recursive: true })
    try {
      const spec = await this.#fetchSpec(assigned.specDigest)
      await this.#fetchInputs(spec)
      const task = { workload: this.workload, spec, folder }
      await this.#patiently(() => startWorkload(this.#driver, this.#allocation, task))
    } catch (error) {
      const end = endOfError(error)
      if (end === null) throw error
      this.#decide({ end, exitCode: null, detail: error instanceof Error ? error.message : '' })
    }
  }

  /** The buyer pays meanwhile, so an engine that stays broken is not waited for. */
  async #patiently(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      if (!isPassing(cause) || ++this.#failedStarts < START_ATTEMPTS) throw cause
      throw new Fault('START_FAILED', { retryable: false, cause })
    }
  }

  /** The specification, from disk once it was fetched. */
  async #fetchSpec(digest: string): Promise<WorkloadSpec> {
    const path = join(this.#handle.folder, 'spec')
    if (existsSync(path)) return decode(workloadSpec, readFileSync(path))
    const bytes = await this.#link.fetchSpec(this.workload)
    if (sha256Hex(bytes) !== digest) throw new Fault('INPUT_UNAVAILABLE', { retryable: false })
    const spec = decode(workloadSpec, bytes)
    mkdirSync(this.#handle.folder, { recursive: true, mode: 0o711 })
    writeDurably(path, bytes)
    return spec
  }

  async #fetchInputs(spec: WorkloadSpec): Promise<void> {
    for (const [index, input] of spec.inputs.entries()) {
      const hash = createHash('sha256')
      let size = 0
      const counted = new Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          hash.update(chunk)
          size += chunk.length
          const tooLarge = size > LIMITS.uploadBytes
          done(tooLarge ? new Fault('INPUT_UNAVAILABLE', { retryable: false }) : null, chunk)
        },
      })
      const path = join(workloadPaths(this.#handle.folder).inputs, String(index))
      // At a second try it may be there already, and not be ours to write.
      rmSync(path, { force: true })
      const source = Readable.from(this.#link.fetchInput(this.workload, input.digest))
      await pipeline(source, counted, createWriteStream(path))
      if (hash.digest('hex') !== input.digest) {
        throw new Fault('INPUT_UNAVAILABLE', { retryable: false })
      }
    }
  }

  /** A plan without a supervisor gets one; so does a program that outlived its own. */
  async #lookAfter(): Promise<void> {
    const { folder } = this.#handle
    const standing = this.#handle.standing()
    if (standing === 'planned') prestart(folder)
    if (standing !== 'orphaned' || this.#outcome() !== null) return
    const left = await this.#driver.recover(this.#allocation, this.workload)
    if (left === 'adoptable') return adopt(folder)
    this.#decide({ end: 'NODE_RESTARTED', exitCode: null, detail: '' })
  }

  async #finish(outcome: Outcome): Promise<void> {
    this.#tail.pump()
    const paths = workloadPaths(this.#handle.folder)
    const log = existsSync(paths.log) ? await this.#link.storeLog(this.workload, paths.log) : null
    const output = await this.#storeOutput(outcome)
    const end = output.tooLarge ? 'OUTPUT_TOO_LARGE' : outcome.end
    await this.#report({
      status: endedStatus(end, outcome.exitCode),
      exitCode: outcome.exitCode,
      end,
      logDigest: log,
      outputDigest: output.digest,
    })
    this.#done = true
  }

  /** A step that the exchange has from an earlier report already is no error. */
  async #report(step: Partial<WorkloadReport> & Pick<WorkloadReport, 'status'>): Promise<void> {
    const { workload } = this
    const nothing = { exitCode: null, end: null, logDigest: null, outputDigest: null }
    const refusals = ['TRANSITION_INVALID', 'NOT_FOUND']
    await ignoreRefusal(refusals, () =>
      this.#link.reportWorkload({ ...nothing, ...step, workload }),
    )
  }

  async #storeOutput(outcome: Outcome): Promise<{ digest: string | null; tooLarge: boolean }> {
    const nothing = { digest: null, tooLarge: false }
    const { folder } = this.#handle
    const path = join(folder, 'spec')
    if (outcome.exitCode === null || !existsSync(path)) return nothing
    const spec = decode(workloadSpec, readFileSync(path))
    const source = outputOf({ workload: this.workload, spec, folder })
    if (source === null) return nothing
    const packed = join(folder, 'output.tar')
    try {
      packTar(source, packed, LIMITS.outputBytes)
    } catch (error) {
      if (error instanceof Fault && error.code === 'OUTPUT_TOO_LARGE') {
        return { digest: null, tooLarge: true }
      }
      throw error
    }
    return { digest: await this.#link.storeOutput(this.workload, packed), tooLarge: false }
  }
}
