import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../messages/index.ts'
import type { Sink } from '../run/plan.ts'
import { KubernetesError, mayPass, type Cluster } from './cluster.ts'
import { chunksOf } from './lines.ts'
import { MAIN } from './phases.ts'

const AGAIN_MS = 100
/** A followed log ends with its container; what does not end by then is read once more. */
const LAST_MS = 2_000

/**
 * Copies the output of a pod's program, always read from the start, leaving out what was passed on.
 * The API gives both streams as one, so all of it counts as standard output.
 */
export class PodLog {
  readonly #cluster: Cluster
  readonly #path: string
  readonly #sink: Sink
  #passed: number
  /** the program has ended */
  #ending = false
  #over = false
  #followed: Promise<void> | null = null

  constructor(cluster: Cluster, pod: string, sink: Sink, alreadyLogged: number) {
    this.#cluster = cluster
    this.#path = `${pod}/log`
    this.#sink = sink
    this.#passed = alreadyLogged
  }

  /** Follows from now on; begins again whenever the connection breaks. */
  begin(): void {
    this.#followed ??= this.#follow()
  }

  /** Resolves when everything that the cluster kept of what the program printed was passed on. */
  async finish(): Promise<void> {
    this.#ending = true
    await Promise.race([this.#followed, sleep(LAST_MS)])
    this.#over = true
    for (;;) {
      try {
        return await this.#pass(false)
      } catch (error) {
        // Of a pod that is gone, what was followed is all there is.
        if (!mayPass(error)) return
        await sleep(AGAIN_MS)
      }
    }
  }

  async #follow(): Promise<void> {
    while (!this.#ending) {
      try {
        await this.#pass(true)
      } catch (error) {
        // Not begun yet, or broken off.
        if (!(error instanceof KubernetesError || error instanceof Fault)) throw error
        if (error instanceof KubernetesError && error.status === 404) return
      }
      // A server ends an answer that it gave for long enough, though the program runs on.
      if (!this.#ending) await sleep(AGAIN_MS)
    }
  }

  async #pass(follow: boolean): Promise<void> {
    let skip = this.#passed
    const query = { container: MAIN, follow: String(follow) }
    const answer = await this.#cluster.open(this.#path, { query, timeoutMs: 0 })
    for await (const chunk of withoutComplaints(chunksOf(answer))) {
      // What a late following pass still gets is left to the last one.
      if (follow && this.#over) return
      const fresh = chunk.subarray(Math.min(skip, chunk.length))
      skip -= chunk.length - fresh.length
      if (fresh.length > 0) this.#sink('stdout', fresh)
      this.#passed += fresh.length
    }
  }
}

/**
 * What the kubelet says in the log itself when its container has vanished: the last words of the
 * answer, which no line break follows.
 */
const COMPLAINT =
  /(?:rpc error: code = \w+ desc = |unable to retrieve container logs for |failed to try resolving symlinks in path )[^\n]*$/

/** The chunks of a log without what is not of the program. */
export async function* withoutComplaints(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | null = null
  for await (const chunk of chunks) {
    if (held !== null) yield held
    const text = Buffer.from(chunk).toString('latin1')
    const at = COMPLAINT.exec(text)?.index ?? chunk.length
    held = at < chunk.length ? chunk.subarray(at) : null
    if (at > 0) yield chunk.subarray(0, at)
  }
}
