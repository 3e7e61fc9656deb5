import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../messages/index.ts'
import { monotonicMs } from '../clock.ts'
import { EngineError } from '../container/engine.ts'
import { Cluster, KubernetesError, mayPass } from '../kubernetes/cluster.ts'
import { fetchOutput, letGo, sendInputs, signalMain, tellNotice } from '../kubernetes/courier.ts'
import type { Pod } from '../kubernetes/objects.ts'
import { collectionPath, podPath } from '../kubernetes/paths.ts'
import { standingOf, type Standing } from '../kubernetes/phases.ts'
import { PodLog } from '../kubernetes/pod-log.ts'
import { PodMeter } from '../kubernetes/pod-meter.ts'
import { watchOne } from '../kubernetes/watch.ts'
import { unpackTar } from '../unpack.ts'
import type { Ending, PodLaunch, Running, Sink } from './plan.ts'

const AGAIN_MS = 250
/** A pod for which no node has room by then is not waited for: the buyer pays meanwhile. */
const UNSCHEDULED_MS = 60_000
/** What does not end by a signal from inside by then is ended from outside. */
const SIGNAL_MS = 3_000
/** A pod whose containers ended says so about a second later. */
const ENDING_MS = 5_000
const SIGNALS = { TERM: 143, KILL: 137 } as const
type Signal = keyof typeof SIGNALS

/**
 * Creates a plan's pod, or takes over the one that an earlier supervisor created: then the first
 * `alreadyLogged` bytes of its output are known. Its end rejects with Fault IMAGE_NOT_FOUND or
 * START_FAILED when it never ran. Throws Fault NODE_RESTARTED when there is nothing to take over.
 */
export async function startPod(
  launch: PodLaunch,
  sink: Sink,
  alreadyLogged: number | null,
): Promise<Running> {
  const cluster = new Cluster(launch.cluster)
  const kept = new KeptPod(cluster, launch, sink, alreadyLogged ?? 0)
  if (alreadyLogged !== null && !(await kept.isThere())) throw new Fault('NODE_RESTARTED')
  return {
    root: null,
    ended: kept.keep(alreadyLogged === null),
    terminate: () => kept.order('TERM'),
    kill: () => kept.order('KILL'),
    ...(launch.courier ? { tell: (notice) => kept.tell(notice) } : {}),
    usage: async () => kept.meter.usage,
    forget: () => kept.remove(),
  }
}

/** One pod in the hands of its supervisor. */
class KeptPod {
  readonly meter: PodMeter
  readonly #cluster: Cluster
  readonly #launch: PodLaunch
  readonly #path: string
  readonly #log: PodLog
  #standing: Standing = { at: 'waiting' }
  #ordered: Signal | null = null
  #orderedMs = 0
  #telling = false
  #unscheduledMs: number | null = null
  /** to be told; undefined while there is nothing new */
  #notice: { readonly text: string | null } | undefined

  constructor(cluster: Cluster, launch: PodLaunch, sink: Sink, alreadyLogged: number) {
    const { namespace, node, pod } = launch
    this.#cluster = cluster
    this.#launch = launch
    this.#path = podPath(namespace, pod.metadata.name)
    this.#log = new PodLog(cluster, this.#path, sink, alreadyLogged)
    this.meter = new PodMeter(cluster, node, namespace, pod.metadata.name)
  }

  async isThere(): Promise<boolean> {
    return (await patiently(() => this.#cluster.find(this.#path))) !== null
  }

  /** 1 create, 2 watch: inputs, log, meter, 3 the end: rest of the log, output. */
  async keep(mayCreate: boolean): Promise<Ending> {
    try {
      if (mayCreate && !(await this.#create())) return this.#neverRan()
      const ending = await this.#watch()
      await this.#log.finish()
      const told = await this.#fetchOutput(ending)
      await this.#letGo()
      return told
    } finally {
      this.meter.stop()
      this.#notice = undefined
    }
  }

  /** Tells the program to end. Told again and harder, for as long as it does not. */
  order(signal: Signal): void {
    const now = monotonicMs()
    if (this.#ordered !== signal) this.#orderedMs = now
    this.#ordered = signal
    if (this.#telling) return
    this.#telling = true
    void this.#tell(signal).finally(() => (this.#telling = false))
  }

  /** Gives it a notice by its courier, the newest where several come: once it runs. */
  tell(notice: string | null): void {
    const isFirst = this.#notice === undefined
    this.#notice = { text: notice }
    if (isFirst) void this.#giveNotice()
  }

  async #giveNotice(): Promise<void> {
    while (this.#notice !== undefined) {
      const now = this.#notice
      try {
        if (this.#standing.at !== 'running') throw new Fault('ENGINE_UNREACHABLE')
        await tellNotice(this.#cluster, this.#path, now.text)
        if (this.#notice === now) this.#notice = undefined
      } catch (error) {
        if (!(error instanceof Fault || error instanceof EngineError)) throw error
        await sleep(AGAIN_MS)
      }
    }
  }

  /** What cannot be removed now goes with its namespace. */
  async remove(): Promise<void> {
    const { namespace, secret } = this.#launch
    try {
      await this.#waitForEnd()
      await patiently(() => this.#cluster.remove(this.#path, 1))
      if (secret === null) return
      const path = `${collectionPath(namespace, 'secrets')}/${secret.metadata.name}`
      await patiently(() => this.#cluster.remove(path))
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
    }
  }

  /** False when it was told to end before there was room for it. */
  async #create(): Promise<boolean> {
    const { namespace, secret, pod } = this.#launch
    const create = async (kind: 'secrets' | 'pods', body: Pod) =>
      patiently(() => this.#cluster.create(collectionPath(namespace, kind), body))
    for (;;) {
      try {
        if (this.#ordered !== null) return false
        if (secret !== null) await create('secrets', secret)
        await create('pods', pod)
        return true
      } catch (cause) {
        if (!(cause instanceof KubernetesError)) throw cause
        // Another program of this allocation still uses what was bought.
        if (!/exceeded quota/.test(cause.message)) throw startFailed(cause)
        await sleep(AGAIN_MS)
      }
    }
  }

  async #watch(): Promise<Ending> {
    const pods = collectionPath(this.#launch.namespace, 'pods')
    for await (const pod of watchOne<Pod>(this.#cluster, pods, this.#launch.pod.metadata.name)) {
      const standing = standingOf(pod, this.#ordered !== null)
      const before = this.#standing
      this.#standing = standing
      if (standing.at === 'ended') return standing.ending
      if (standing.at === 'failed') {
        if (this.#ordered !== null) return this.#neverRan()
        throw new Fault(standing.code, { cause: new Error(standing.why), retryable: false })
      }
      if (standing.at === 'inputs' && before.at !== 'inputs') await this.#sendInputs()
      if (standing.at === 'running') {
        this.#log.begin()
        this.meter.begin()
      }
      this.#waitForRoom(standing)
    }
    throw new Fault('START_FAILED')
  }

  #waitForRoom(standing: Standing): void {
    if (standing.at !== 'unscheduled') {
      this.#unscheduledMs = null
      return
    }
    this.#unscheduledMs ??= monotonicMs()
    if (monotonicMs() - this.#unscheduledMs < UNSCHEDULED_MS) return
    throw startFailed(new Error(standing.why))
  }

  async #sendInputs(): Promise<void> {
    try {
      await patiently(() => sendInputs(this.#cluster, this.#path, this.#launch.inputs))
    } catch (cause) {
      // A pod that was told to end meanwhile has nobody to receive them.
      if (this.#ordered === null) throw startFailed(cause)
    }
  }

  async #fetchOutput(ending: Ending): Promise<Ending> {
    const { output } = this.#launch
    if (output === null) return ending
    try {
      const how = await patiently(() => fetchOutput(this.#cluster, this.#path, output))
      if (how === 'fetched') unpackTar(output.tar, output.to)
      return how === 'too large' ? { ...ending, end: 'OUTPUT_TOO_LARGE' } : ending
    } catch (error) {
      // A pod that was taken away has taken its output along.
      if (!(error instanceof EngineError)) throw error
      return ending
    } finally {
      rmSync(output.tar, { force: true })
    }
  }

  async #letGo(): Promise<void> {
    if (!this.#launch.courier) return
    try {
      await letGo(this.#cluster, this.#path)
    } catch (error) {
      // It ended, or its pod was taken away.
      if (!(error instanceof Fault || error instanceof EngineError)) throw error
    }
  }

  /** A pod that has ended holds nothing of the quota; one that is deleted does until it is gone. */
  async #waitForEnd(): Promise<void> {
    for (let waitedMs = 0; waitedMs < ENDING_MS; waitedMs += AGAIN_MS) {
      const pod = await patiently(() => this.#cluster.find<Pod>(this.#path))
      if (['Succeeded', 'Failed', undefined].includes(pod?.status?.phase)) return
      await sleep(AGAIN_MS)
    }
  }

  /** Tries until it is told, the program has ended, or another order came. */
  async #tell(signal: Signal): Promise<void> {
    while (this.#ordered === signal && this.#standing.at !== 'ended') {
      try {
        return await this.#tellOnce(signal)
      } catch (error) {
        if (!(error instanceof Fault || error instanceof EngineError)) throw error
        await sleep(AGAIN_MS)
      }
    }
  }

  /** By the courier beside it where there is one, else by the cluster, which takes the pod away. */
  async #tellOnce(signal: Signal): Promise<void> {
    const late = signal === 'KILL' && monotonicMs() - this.#orderedMs > SIGNAL_MS
    if (this.#standing.at === 'running' && this.#launch.courier && !late) {
      await signalMain(this.#cluster, this.#path, signal)
    } else if (signal === 'KILL' || this.#standing.at !== 'running') {
      await this.#cluster.remove(this.#path, 1)
    }
  }

  #neverRan(): Ending {
    return { exitCode: SIGNALS[this.#ordered ?? 'KILL'], outOfMemory: false }
  }
}

/** The cluster may be restarted under a running pod: its answer is waited for. */
async function patiently<T>(once: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await once()
    } catch (error) {
      if (!mayPass(error)) throw error
      await sleep(AGAIN_MS)
    }
  }
}

function startFailed(cause: unknown): Fault {
  return new Fault('START_FAILED', { cause, retryable: false })
}
