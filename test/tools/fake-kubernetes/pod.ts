import { spawn, type ChildProcess } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Container {
  readonly name: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  readonly env?: readonly {
    readonly name: string
    readonly valueFrom: { readonly secretKeyRef: { readonly key: string } }
  }[]
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]
}
export interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers: readonly Container[]
}
type Secret = Readonly<Record<string, string>>

interface State {
  readonly waiting?: { readonly reason: string }
  readonly running?: object
  readonly terminated?: Terminated
}
interface Terminated {
  readonly exitCode: number
  readonly reason?: string
  readonly message?: string
  readonly finishedAt?: string
}

const MAIN = 'main'
/** Variables that name a path inside the pod. */
const OURS: ReadonlySet<string> = new Set(['HOME', 'SUAN_NOTICE'])
const CANNOT_RUN = 128
/** unit of /proc/PID/stat */
const TICK_MS = 10

/**
 * The programs of a pod as processes of this machine: volumes are folders, paths below `/courier` and
 * `/proc` in what our own containers run are led to them, and there is no isolation at all.
 */
export class FakePod {
  readonly folder = mkdtempSync(join(tmpdir(), 'suan-fake-pod-'))
  readonly #spec: PodSpec
  readonly #secret: Secret
  readonly #changed: (status: Readonly<Record<string, unknown>>) => void
  readonly #running = new Map<string, ChildProcess>()
  readonly #states = new Map<string, State>()
  readonly #readers = new Set<() => void>()
  #log = Buffer.alloc(0)

  constructor(
    spec: PodSpec,
    secret: Secret,
    changed: (status: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#spec = spec
    this.#secret = secret
    this.#changed = changed
    const volumes = ['work', 'output', 'inputs', 'flag', 'notices']
    for (const name of volumes) mkdirSync(join(this.folder, name))
    this.#pretendProc('self', 'courier')
    symlinkSync('/proc/net', join(this.folder, 'proc', 'net'))
  }

  /** 1 couriers of the inputs, 2 all others at once; it has ended when they have. */
  async run(): Promise<void> {
    this.#tell()
    for (const container of this.#spec.initContainers) {
      await this.#end(container, () => this.#tell())
    }
    await Promise.all(this.#spec.containers.map((each) => this.#end(each, () => this.#tell())))
  }

  /** Starts a program in one of its containers. */
  exec(words: readonly string[], name: string): ChildProcess {
    const container = [...this.#spec.containers, ...this.#spec.initContainers].find(
      (each) => each.name === name,
    )
    if (container === undefined || !this.#running.has(name)) throw new Error(`no ${name} runs`)
    return this.#spawn(container, words)
  }

  /** Everything its program printed so far, from a byte on. */
  log(from: number): Buffer {
    return this.#log.subarray(from)
  }
  get hasEnded(): boolean {
    return this.#states.has(MAIN) && !this.#running.has(MAIN)
  }
  /** Calls back when there is more of the log, or no more; the answer ends it. */
  follow(told: () => void): () => void {
    this.#readers.add(told)
    return () => this.#readers.delete(told)
  }

  /** Processor time of its program's first process and of those that it waited for. */
  cpuMs(): number {
    const pid = this.#running.get(MAIN)?.pid
    if (pid === undefined) return 0
    const path = `/proc/${pid}/stat`
    // Gone a moment ago.
    if (!existsSync(path)) return 0
    const fields = readFileSync(path, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0)
  }

  signal(signal: NodeJS.Signals): void {
    for (const { pid } of this.#running.values()) {
      if (pid !== undefined) process.kill(-pid, signal)
    }
  }

  remove(): void {
    this.signal('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #end(container: Container, told: () => void): Promise<void> {
    // Two dollars are how a manifest writes one.
    const words = [...(container.command ?? ['true']), ...(container.args ?? [])]
    const child = this.#spawn(
      container,
      words.map((word) => word.replaceAll('$$', '$')),
    )
    const { name } = container
    const print = (bytes: Buffer): void => {
      this.#log = Buffer.concat([this.#log, bytes])
      for (const reader of this.#readers) reader()
    }
    if (name === MAIN) for (const stream of [child.stdout, child.stderr]) stream?.on('data', print)
    if (child.pid !== undefined) {
      this.#running.set(name, child)
      this.#states.set(name, { running: {} })
      if (name === MAIN) this.#pretendProc(String(child.pid), MAIN)
    }
    told()
    const ended = await new Promise<Terminated>((resolve) => {
      child.once('error', ({ message }) =>
        resolve({ exitCode: CANNOT_RUN, reason: 'StartError', message: `not found: ${message}` }),
      )
      child.once('exit', () => endGroup(child.pid))
      child.once('close', (code, signal) =>
        resolve({ exitCode: code ?? (signal === 'SIGKILL' ? 137 : 143) }),
      )
    })
    this.#running.delete(name)
    this.#states.set(name, { terminated: { ...ended, finishedAt: new Date().toISOString() } })
    told()
    for (const reader of this.#readers) reader()
  }

  #spawn(container: Container, words: readonly string[]): ChildProcess {
    const [program = 'true', ...args] = words.map((word) => this.#led(container, word))
    const { PATH = '' } = process.env
    const env = Object.fromEntries(
      (container.env ?? []).map(({ name, valueFrom }) => {
        const told = this.#secret[valueFrom.secretKeyRef.key] ?? ''
        const value = Buffer.from(told, 'base64').toString()
        return [name, OURS.has(name) ? (this.#mounted(container, value) ?? value) : value]
      }),
    )
    const cwd = this.#mounted(container, container.workingDir ?? '') ?? this.folder
    return spawn(program, args, { cwd, env: { PATH, ...env }, detached: true })
  }

  /** The buyer's own words stay as they are. */
  #led({ name }: Container, word: string): string {
    if (name === MAIN) return word
    return word
      .replaceAll('/courier/', `${this.folder}/`)
      .replaceAll(/(?<![\w/])\/proc\//g, `${this.folder}/proc/`)
  }

  #mounted({ volumeMounts = [] }: Container, path: string): string | null {
    const mount = volumeMounts.find(
      ({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`),
    )
    if (mount === undefined) return null
    return join(this.folder, mount.name, path.slice(mount.mountPath.length))
  }

  /** What couriers see of processes: whose mount namespace each is in, and that its parent is outside. */
  #pretendProc(name: string, namespace: string): void {
    const folder = join(this.folder, 'proc', name)
    mkdirSync(join(folder, 'ns'), { recursive: true })
    symlinkSync(`mnt:[${namespace}]`, join(folder, 'ns', 'mnt'))
    writeFileSync(join(folder, 'status'), 'PPid:\t0\n')
  }

  #tell(): void {
    const statusOf = ({ name }: Container): { name: string; imageID: string; state: State } => ({
      name,
      imageID: 'fake',
      state: this.#states.get(name) ?? { waiting: { reason: 'PodInitializing' } },
    })
    const containerStatuses = this.#spec.containers.map(statusOf)
    const ended = containerStatuses.every(({ state }) => state.terminated !== undefined)
    const main = this.#states.get(MAIN)
    const phase = main === undefined ? 'Pending' : 'Running'
    this.#changed({
      phase: ended ? (main?.terminated?.exitCode === 0 ? 'Succeeded' : 'Failed') : phase,
      initContainerStatuses: this.#spec.initContainers.map(statusOf),
      containerStatuses,
    })
  }
}

/** With its first process ends all that it started. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
