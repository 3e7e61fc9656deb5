/** Keeps a store up with the event log, in the background, whatever happens to the store. */
import { Fault } from '../messages/index.ts'
import { recordHash } from './apply.ts'
import { Bell } from './bell.ts'
import { catchUp, type EventSource } from './feed.ts'
import type { Home } from './home.ts'
import { loopBusy, restMs, type Busy } from './pace.ts'
import type { Progress, Store } from './store.ts'
import { Waiters } from './waiters.ts'

const RETRY_MS = { first: 100, most: 30_000 }
/** The log is written just after a batch is durable; until then we look again. */
const LOG_BEHIND_MS = 10
const LOOK_MS = 1_000
/**
 * Under load batches begin at most so often, unless somebody waits for one: a batch costs some
 * milliseconds however small it is. The first after a rest begins at once.
 */
const GATHER_MS = 50
const NOTHING: Progress = { appliedSeq: 0, appliedTimeUs: 0, appliedHash: '' }

interface Replacement {
  readonly next: Store
  readonly progress: Progress
  readonly done: () => void
  readonly failed: (fault: unknown) => void
}

export class Keeper {
  readonly #applied = new Waiters()
  /** told of every fault; the keeper goes on by itself */
  readonly #onFault: (fault: unknown) => void
  readonly #home: Home
  readonly #source: EventSource
  readonly #bell = new Bell()
  /** ends a pause between batches */
  readonly #hurry = new Bell()
  readonly #built = new Waiters()
  readonly #busy: Busy
  readonly #unsubscribe: () => void
  readonly #running: Promise<void>
  #store: Store | null = null
  #progress = NOTHING
  #building = true
  #closed = false
  #replacement: Replacement | null = null

  constructor(
    home: Home,
    source: EventSource,
    onFault: (fault: unknown) => void,
    busy: Busy = loopBusy(),
  ) {
    this.#home = home
    this.#busy = busy
    this.#source = source
    this.#onFault = onFault
    this.#unsubscribe = source.onAdvance(() => this.#bell.ring())
    this.#running = this.#run()
  }

  get appliedSeq(): number {
    return this.#progress.appliedSeq
  }

  get appliedTimeUs(): number {
    return this.#progress.appliedTimeUs
  }

  /** The store to ask, or null while there is none that works and has caught up once. */
  get answering(): Store | null {
    return this.#building || this.#store?.broken === true ? null : this.#store
  }

  /** Waits at most so long for a store that can be asked. Throws Fault('REBUILDING'). */
  async ready(patienceMs: number): Promise<Store> {
    if (this.answering === null && !this.#closed) await this.#built.wait(0, patienceMs)
    if (this.answering === null) throw new Fault('REBUILDING')
    return this.answering
  }

  /** Looks at the store again: it may be lost. */
  nudge(): void {
    this.#bell.ring()
    this.#hurry.ring()
  }

  /** Resolves true when seq is applied, false when `timeoutMs` passed first. */
  waitFor(seq: number, timeoutMs: number): Promise<boolean> {
    if (this.appliedSeq >= seq) return Promise.resolve(true)
    this.#hurry.ring()
    return this.#applied.wait(seq, timeoutMs)
  }

  /** Builds all tables again beside the present ones, which go on answering, and then changes over. */
  async rebuild(): Promise<void> {
    await this.#somethingAnswers()
    const next = await this.#home.createNext()
    const stopped = () => this.#closed
    const progress = await catchUp(next, this.#source, NOTHING, { applied: () => {}, stopped })
    if (this.#closed) throw new Fault('SHUTTING_DOWN')
    await new Promise<void>((done, failed) => {
      this.#replacement = { next, progress, done, failed }
      this.nudge()
    })
  }

  /** Until then the first tables are being built, and a second build would be in their way. */
  async #somethingAnswers(): Promise<void> {
    while (this.answering === null) {
      if (this.#closed) throw new Fault('SHUTTING_DOWN')
      await this.#built.wait(0, LOOK_MS)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#unsubscribe()
    this.#home.interrupt()
    this.nudge()
    await this.#running
    this.#applied.end()
    this.#built.end()
    this.#replacement?.failed(new Fault('SHUTTING_DOWN'))
    await this.#home.close()
  }

  async #run(): Promise<void> {
    for (let retryMs = RETRY_MS.first; !this.#closed;) {
      try {
        await this.#open()
        retryMs = RETRY_MS.first
        await this.#follow()
      } catch (fault) {
        this.#store = null
        this.#building = true
        if (!this.#closed) this.#onFault(fault)
        await this.#bell.heard(retryMs)
        retryMs = Math.min(retryMs * 2, RETRY_MS.most)
      }
    }
  }

  /** 1. Open what is there. 2. Throw it away when it tells another history than the log. */
  async #open(): Promise<void> {
    let store = await this.#home.open()
    let progress = await store.progress()
    if (!(await this.#isOurs(progress))) {
      store = await this.#home.adopt(await this.#home.createNext())
      progress = NOTHING
    }
    this.#building = progress.appliedSeq === 0
    this.#store = store
    this.#advance(progress)
    if (!this.#building) this.#built.reached(0)
  }

  async #isOurs({ appliedSeq, appliedHash }: Progress): Promise<boolean> {
    if (appliedSeq === 0) return true
    if (appliedSeq > this.#source.durableSeq()) return false
    const record = await this.#source.events.get(appliedSeq)
    return record !== null && recordHash(record) === appliedHash
  }

  /** 1. Change over if a new store is ready. 2. Apply what the log holds. 3. Wait for more. */
  async #follow(): Promise<void> {
    while (!this.#closed) {
      if (this.#replacement !== null) await this.#changeOver(this.#replacement)
      const store = this.#store
      if (store === null || store.broken) throw new Fault('REBUILDING')
      const begun = performance.now()
      await catchUp(store, this.#source, this.#progress, {
        applied: (progress) => this.#advance(progress),
        stopped: () => this.#closed || this.#replacement !== null,
        rest: (tookMs) => this.#rest(tookMs),
      })
      const behind = this.#progress.appliedSeq < this.#source.durableSeq()
      if (!behind && this.#building) {
        this.#building = false
        this.#built.reached(0)
      }
      if (!this.#closed) await this.#bell.heard(behind ? LOG_BEHIND_MS : null)
      const pauseMs = begun + GATHER_MS - performance.now()
      if (pauseMs > 0 && !this.#closed) await this.#hurry.heard(pauseMs)
    }
  }

  /** Gives way to trading, unless somebody waits for what comes, or has nothing to ask at all yet. */
  async #rest(tookMs: number): Promise<void> {
    const ms = restMs(tookMs, this.#busy())
    if (ms < 1 || this.#building || this.#closed || this.#applied.isAwaited) return
    await this.#hurry.heard(ms)
  }

  async #changeOver({ next, progress, done, failed }: Replacement): Promise<void> {
    const stopped = () => this.#closed
    try {
      const caughtUp = await catchUp(next, this.#source, progress, { applied: () => {}, stopped })
      if (this.#closed) return
      this.#store = await this.#home.adopt(next)
      this.#advance(caughtUp)
      done()
    } catch (fault) {
      failed(fault)
      throw fault
    } finally {
      if (!this.#closed) this.#replacement = null
    }
  }

  #advance(progress: Progress): void {
    this.#progress = progress
    this.#applied.reached(progress.appliedSeq)
  }
}
