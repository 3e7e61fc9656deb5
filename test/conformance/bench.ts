import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  decodeFrames,
  monotonicMs,
  setFunding,
  startWorkload,
  type Allocation,
  type Driver,
  type DriverFacts,
  type ExitRecord,
  type Task,
  type WorkloadHandle,
} from '../../src/agent/index.ts'
import type { WorkloadSpec } from '../../src/messages/index.ts'

/** Makes the driver for a folder of leases. */
export type MakeDriver = (folder: string) => Promise<Driver>

/** The images of an engine that cases use. */
export interface BenchImages {
  /** in which programs run that name none; null where they are programs of this machine */
  readonly image: string | null
  /** makes the image of sample-image.ts known to the engine under a name */
  readonly sample?: (name: string) => Promise<void>
}

export const SAMPLE_NAME = 'localhost/suan-sample:1'

/** How a workload ended, with all it printed. */
export interface Result extends ExitRecord {
  readonly stdout: string
  readonly stderr: string
}

const SPEC: WorkloadSpec = {
  command: ['true'],
  environment: [],
  image: null,
  workingDirectory: null,
  inputs: [],
  outputPath: null,
}

/**
 * A driver at work in a temporary folder, with one funded allocation of 1 core and 128 MiB that cases
 * share. The product must be built: supervisors are programs of it.
 */
export class DriverBench {
  readonly #make: MakeDriver
  readonly #images: BenchImages
  readonly #opened: Allocation[] = []
  #driver: Driver | null = null
  #folder = ''
  #probe: DriverFacts | null = null
  #workloads = 0
  #leases = 0

  constructor(make: MakeDriver, images: BenchImages = { image: null }) {
    this.#make = make
    this.#images = images
  }

  async begin(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'suan-driver-'))
    this.#driver = await this.#make(this.#folder)
    const probe = await this.#driver.probe()
    if (!probe.present) throw new Error(probe.why)
    this.#probe = probe.facts
    await this.open()
  }

  /** Closes what a case opened for itself: a small machine has no room for all of them together. */
  async closeFurther(): Promise<void> {
    for (const each of this.#opened.splice(1)) await this.driver.closeAllocation(each)
  }

  /** Closes every allocation, whatever still runs in it. */
  async closeAll(): Promise<void> {
    for (const each of this.#opened.splice(0)) await this.driver.closeAllocation(each)
  }

  async end(): Promise<void> {
    await this.closeAll()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get driver(): Driver {
    if (this.#driver === null) throw new Error('the bench has not begun')
    return this.#driver
  }
  get facts(): DriverFacts {
    if (this.#probe === null) throw new Error('the bench has not begun')
    return this.#probe
  }
  get folder(): string {
    return this.#folder
  }
  get allocation(): Allocation {
    const first = this.#opened[0]
    if (first === undefined) throw new Error('the bench has not begun')
    return first
  }

  /** Opens a further allocation, funded for an hour. */
  async open(): Promise<Allocation> {
    const lease = ++this.#leases
    const resources = { cores: 1, memoryMib: 128, diskMib: 16, cards: 0 }
    const folder = join(this.#folder, String(lease))
    const opened = await this.driver.openAllocation({ lease, resources, folder })
    setFunding(opened.folder, monotonicMs(), 3_600)
    this.#opened.push(opened)
    return opened
  }

  async start(spec: Partial<WorkloadSpec>, on = this.allocation): Promise<WorkloadHandle> {
    return startWorkload(this.driver, on, this.#task(spec, on))
  }

  /** The same after a daemon that came as far as to make it ready. */
  async startAgain(spec: Partial<WorkloadSpec>, on = this.allocation): Promise<WorkloadHandle> {
    const task = this.#task(spec, on)
    await this.driver.prepare(on, task)
    return startWorkload(this.driver, on, task)
  }

  #task(spec: Partial<WorkloadSpec>, on: Allocation): Task {
    const workload = ++this.#workloads
    const folder = join(on.folder, 'workloads', String(workload))
    mkdirSync(join(folder, 'inputs'), { recursive: true })
    for (const [index] of (spec.inputs ?? []).entries()) {
      writeFileSync(join(folder, 'inputs', String(index)), `input ${index}\n`)
    }
    return { workload, spec: { ...SPEC, image: this.#images.image, ...spec }, folder }
  }

  /** The name of an image that the engine has and that holds nothing but a shell, at `/sh`. */
  async sampleImage(): Promise<string> {
    if (this.#images.sample === undefined) throw new Error('this engine was given no sample image')
    await this.#images.sample(SAMPLE_NAME)
    return SAMPLE_NAME
  }

  async shell(script: string, on = this.allocation): Promise<Result> {
    return end(await this.start({ command: ['sh', '-c', script] }, on))
  }
}

/** Waits for the end and reads the log. */
export async function end(handle: WorkloadHandle): Promise<Result> {
  for (let exit = handle.exit(); ; exit = handle.exit()) {
    if (exit !== null) return { ...exit, ...readAll(handle) }
    if (handle.standing() === 'orphaned') throw new Error(`no supervisor: ${errorsOf(handle)}`)
    await sleep(30)
  }
}

/** Waits until the program has printed a text. */
export async function printed(handle: WorkloadHandle, text: string): Promise<void> {
  while (!readAll(handle).stdout.includes(text)) {
    const exit = handle.exit()
    if (exit !== null)
      throw new Error(`ended early: ${JSON.stringify({ ...exit, ...readAll(handle) })}`)
    await sleep(30)
  }
}

function readAll(handle: WorkloadHandle): { stdout: string; stderr: string } {
  const text = { stdout: '', stderr: '' }
  for (const frame of decodeFrames(handle.log(0, 1 << 24)).frames) {
    text[frame.stream] += Buffer.from(frame.bytes).toString()
  }
  return text
}

function errorsOf(handle: WorkloadHandle): string {
  return readFileSync(join(handle.folder, 'supervisor.err'), 'utf8')
}

/** Kills a workload's supervisor, whatever the workload then does. */
export async function killSupervisor(handle: WorkloadHandle): Promise<void> {
  const { supervisor } = JSON.parse(readFileSync(join(handle.folder, 'state.json'), 'utf8')) as {
    readonly supervisor: { readonly pid: number }
  }
  process.kill(supervisor.pid, 'SIGKILL')
  while (handle.standing() !== 'orphaned') await sleep(20)
}
