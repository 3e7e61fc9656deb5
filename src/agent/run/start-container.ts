import { setTimeout as sleep } from 'node:timers/promises'
import { concatBytes } from '../../kernel/index.ts'
import { Fault } from '../../messages/index.ts'
import { findCgroups } from '../cgroup/find.ts'
import { Group } from '../cgroup/group.ts'
import { Engine, EngineError } from '../container/engine.ts'
import { decodeFrames } from './log-file.ts'
import type { ContainerLaunch, Ending, Plan, Running, Sink, Usage } from './plan.ts'

const MIB = 1024 * 1024
const STATS_MS = 2_000
const LOOK_MS = 2_000
const FOLLOW_MS = 2_000
const ENDED: ReadonlySet<string> = new Set(['exited', 'stopped', 'dead'])

/**
 * Starts a plan's container, or takes over the one that an earlier supervisor started: then the
 * first `alreadyLogged` bytes of its output are known.
 * Throws Fault IMAGE_NOT_FOUND or START_FAILED, and NODE_RESTARTED when there is nothing to take over.
 */
export async function startContainer(
  plan: Plan,
  launch: ContainerLaunch,
  sink: Sink,
  alreadyLogged: number | null,
): Promise<Running> {
  const engine = new Engine(launch.socket)
  const group = plan.group === null ? null : new Group(findCgroups(), plan.group)
  group?.create()
  // The engine may be starting again too: what may still run there is not given up.
  const look = () => engine.inspect(launch.name)
  const found = await (alreadyLogged === null ? look() : patiently(look))
  if (found === null && alreadyLogged !== null) throw new Fault('NODE_RESTARTED')
  if (found === null) await createAndStart(engine, launch)
  const meter = new ContainerMeter(engine, launch.name, group)
  let killed = false
  const ended = endOf(engine, launch.name, sink, alreadyLogged ?? 0).then(
    async (end): Promise<Ending> => {
      await meter.stop()
      const full = meter.peakBytes >= plan.memoryMib * MIB * 0.95
      const outOfMemory = end.oomKilled || (end.exitCode === 137 && !killed && full)
      const outOfProcesses = end.exitCode !== 0 && (group?.forkRefusals() ?? 0) > 0
      return { exitCode: end.exitCode, outOfMemory, outOfProcesses }
    },
  )
  const tell = (signal: string) => {
    // What is halted neither cleans up nor dies.
    const awake =
      group?.freezes === true ? Promise.resolve(group.thaw()) : engine.unpause(launch.name)
    // What cannot be told now is told again at the supervisor's next look.
    awake
      .then(() => engine.kill(launch.name, signal))
      .catch((error: unknown) => {
        if (!(error instanceof Fault || error instanceof EngineError)) throw error
      })
  }
  return {
    root: null,
    ended,
    terminate: () => tell('SIGTERM'),
    kill: () => {
      killed = true
      tell('SIGKILL')
    },
    usage: () => meter.usage(),
    forget: () => remove(engine, launch.name),
  }
}

/** What cannot be removed now goes with its allocation. */
async function remove(engine: Engine, name: string): Promise<void> {
  try {
    await patiently(() => engine.remove(name))
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
  }
}

async function createAndStart(engine: Engine, launch: ContainerLaunch): Promise<void> {
  try {
    const id = await engine.create(launch.name, launch.create)
    await engine.start(id)
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause
    await engine.remove(launch.name)
    const code = /no such image|image not known/i.test(cause.message)
      ? 'IMAGE_NOT_FOUND'
      : 'START_FAILED'
    throw new Fault(code, { cause, retryable: false })
  }
}

async function endOf(
  engine: Engine,
  name: string,
  sink: Sink,
  alreadyLogged: number,
): Promise<{ exitCode: number; oomKilled: boolean }> {
  const copy = new LogCopy(engine, name, sink, alreadyLogged)
  const followed = copy.pass(true)
  const exitCode = await exitOf(engine, name)
  // Podman ends a followed log when the container ends, however much of it was not read yet; and
  // the log of a container that ended before it was followed may never end.
  await Promise.race([followed, sleep(FOLLOW_MS)])
  copy.endFollowing()
  await copy.pass(false)
  const state = await patiently(() => engine.inspect(name))
  return { exitCode, oomKilled: state?.State.OOMKilled ?? false }
}

/**
 * The exit code by the engine's word. A container that ends in the moment of asking may never be
 * answered for, so it is also looked at now and then.
 */
async function exitOf(engine: Engine, name: string): Promise<number> {
  const told = patiently(() => engine.wait(name))
  for (;;) {
    const code = await Promise.race([told, sleep(LOOK_MS, null)])
    if (code !== null) return code
    const state = await patiently(() => engine.inspect(name))
    if (state !== null && ENDED.has(state.State.Status)) {
      // Nobody waits for the engine's own word any more; it may still fail.
      told.catch(() => undefined)
      return state.State.ExitCode
    }
  }
}

/** Copies a container's output, always read from the start, leaving out what was passed on. */
class LogCopy {
  readonly #engine: Engine
  readonly #name: string
  readonly #sink: Sink
  #passed: number
  #mayFollow = true

  constructor(engine: Engine, name: string, sink: Sink, alreadyLogged: number) {
    this.#engine = engine
    this.#name = name
    this.#sink = sink
    this.#passed = alreadyLogged
  }

  /** What a following pass still gets is left to the last one. */
  endFollowing(): void {
    this.#mayFollow = false
  }

  /** One pass to the end, begun again when the connection breaks. */
  async pass(follow: boolean): Promise<void> {
    for (;;) {
      try {
        return await this.#once(follow)
      } catch (error) {
        if (error instanceof EngineError) return
        if (!isConnectionError(error)) throw error
        await sleep(500)
      }
    }
  }

  async #once(follow: boolean): Promise<void> {
    let skip = this.#passed
    let rest: Uint8Array = new Uint8Array()
    for await (const chunk of await this.#engine.logs(this.#name, follow)) {
      if (follow && !this.#mayFollow) return
      const decoded = decodeFrames(concatBytes(rest, chunk as Uint8Array))
      rest = decoded.rest
      for (const { stream, bytes } of decoded.frames) {
        const fresh = bytes.subarray(Math.min(skip, bytes.length))
        skip -= bytes.length - fresh.length
        this.#sink(stream, fresh)
        this.#passed += fresh.length
      }
    }
  }
}

/** The engine may be restarted under a running container: its answer is waited for. */
async function patiently<T>(once: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await once()
    } catch (error) {
      if (!(error instanceof Fault) || !error.retryable) throw error
      await sleep(500)
    }
  }
}

function isConnectionError(error: unknown): boolean {
  return error instanceof Fault || (error instanceof Error && 'code' in error)
}

/** Totals by the control group where there is one, else by asking the engine now and then. */
class ContainerMeter {
  readonly #engine: Engine
  readonly #name: string
  readonly #group: Group | null
  readonly #timer: NodeJS.Timeout | null
  #usage: Usage = { cpuUs: 0, memoryPeakBytes: 0 }

  constructor(engine: Engine, name: string, group: Group | null) {
    this.#engine = engine
    this.#name = name
    this.#group = group
    this.#timer = group === null ? setInterval(() => void this.#sample(), STATS_MS) : null
  }

  get peakBytes(): number {
    return this.#usage.memoryPeakBytes
  }

  async usage(): Promise<Usage> {
    if (this.#group !== null) this.#usage = this.#group.usage()
    return this.#usage
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.usage()
  }

  async #sample(): Promise<void> {
    try {
      const now = await this.#engine.stats(this.#name)
      if (now === null) return
      this.#usage = {
        cpuUs: Math.max(this.#usage.cpuUs, now.cpuUs),
        memoryPeakBytes: Math.max(this.#usage.memoryPeakBytes, now.memoryBytes),
      }
    } catch (error) {
      // A sample that is missed is made up for by the next one.
      if (!(error instanceof Fault || error instanceof EngineError)) throw error
    }
  }
}
