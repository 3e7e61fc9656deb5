/**
 * One life of an exchange among its members. Phase 1: everything goes wrong, and nothing that must not
 * happen happens. Phase 2: all is mended, and everything that is open comes to its end.
 */
import { createHash } from 'node:crypto'
import { Exchange } from '../../src/exchange/index.ts'
import { fsck, signerFromSeed, type Engine } from '../../src/engine/index.ts'
import { Writer } from '../../src/kernel/index.ts'
import { eventRecord, type EventRecord } from '../../src/messages/index.ts'
import { Auditor } from './auditor/auditor.ts'
import { Callers } from './caller.ts'
import { Counts } from './counts.ts'
import { setMachine } from './disk/machine.ts'
import { Draw } from './draw.ts'
import { drawLevels, type FaultLevels } from './faults.ts'
import { seedRandomBytes } from './fakes/crypto.ts'
import { setTimeline } from './fakes/globals.ts'
import { Host, OBSERVER } from './host.ts'
import { Network } from './network.ts'
import { Objects } from './objects.ts'
import { Agent } from './parties/agent.ts'
import { Assessors } from './parties/assessors.ts'
import { buyerActs } from './parties/buyers.ts'
import { intruderActs } from './parties/intruders.ts'
import { operatorActs } from './parties/operators.ts'
import type { Cast, World } from './parties/party.ts'
import { sellerActs } from './parties/sellers.ts'
import { sourceActs } from './parties/sources.ts'
import { Setup } from './parties/setup.ts'
import { SlowReader } from './reader.ts'
import { Timeline } from './timeline.ts'
import { Trouble } from './trouble.ts'
import { must } from './violation.ts'
import { Wind } from './wind-down.ts'

/** 2026-06-01T00:00:00Z, before which nothing happened. */
const START_US = 1_780_272_000_000_000
const US_PER_MS = 1_000
const LOOK_US = 900_000_000
const FOLLOW_EVERY = 500
const COMPARE_EVERY = 5_000
/** bytes of the history that are hashed in one piece */
const HASH_BYTES = 32_768
/** commands in flight at which clients wait */
const WAITING_MAX = 250

export interface Outcome {
  readonly seed: number
  readonly records: number
  readonly levels: FaultLevels
  readonly counts: Counts
  /** of everything that became public: equal histories have equal hashes */
  readonly hash: string
  readonly simulatedSeconds: number
  readonly violation: Error | null
}

export class Simulation {
  readonly #seed: number
  readonly #steps: number
  readonly #counts = new Counts()
  readonly #timeline = new Timeline(START_US)
  readonly #auditor = new Auditor(this.#counts)
  readonly #draw: Draw
  readonly #levels: FaultLevels
  readonly #host: Host
  readonly #world: World
  readonly #agents: Agent[] = []
  #violation: Error | null = null
  readonly #hash = createHash('sha256')
  /** the end of the history, not in the hash yet */
  readonly #unhashed = new Writer(2 * HASH_BYTES)
  /** what was published while the records before it were still being read */
  #behind: EventRecord[] | null = null
  #followedSeq = 0
  #comparedSeq = 0
  #following = false

  constructor(seed: number, steps: number) {
    this.#seed = seed
    this.#steps = steps
    const draw = new Draw(seed)
    this.#draw = draw
    this.#levels = drawLevels(draw.branch())
    setTimeline(this.#timeline)
    seedRandomBytes(seed)
    const signer = signerFromSeed(new Uint8Array(32).fill(7))
    const base = { timeline: this.#timeline, levels: this.#levels, counts: this.#counts }
    this.#host = new Host({
      ...base,
      draw: draw.branch(),
      signer,
      genesis: {
        kind: 'Genesis',
        venue: 'sim',
        exchangePublicKey: signer.publicKey,
        rules: 1,
        mode: draw.pick(['SIMULATED', 'SIMULATED', 'INTERNAL', 'LICENSED'] as const),
        retentionSeconds: 1_800,
        operatorSecret: '22'.repeat(32),
      },
      publishedSeq: () => this.#auditor.history.publishedSeq,
      published: (records) => this.#guard(() => this.#published(records)),
      died: () => {
        this.#behind = null
      },
      started: (engine) => void this.#started(engine),
      violated: (why) => this.#violated(why),
    })
    setMachine(this.#host.machine)
    const network = new Network(this.#timeline, draw.branch(), this.#levels, this.#counts)
    const callers = new Callers({
      ...base,
      draw: draw.branch(),
      network,
      host: this.#host,
      replied: (envelope, reply) => this.#guard(() => this.#auditor.history.reply(envelope, reply)),
    })
    this.#world = {
      ...base,
      draw: draw.branch(),
      network,
      host: this.#host,
      callers,
      auditor: this.#auditor,
      call: ({ account, key }, command) => callers.call(account, key, command),
      callTogether: ({ account, key }, commands) => callers.callTogether(account, key, commands),
    }
  }

  async run(): Promise<Outcome> {
    try {
      await this.#live()
    } catch (error) {
      this.#violated(error as Error)
    }
    return {
      seed: this.#seed,
      records: this.#auditor.history.publishedSeq,
      levels: this.#levels,
      counts: this.#counts,
      hash: this.#hash.update(this.#unhashed.view()).digest('hex'),
      simulatedSeconds: Math.floor((this.#timeline.nowUs - START_US) / 1_000_000),
      violation: this.#violation,
    }
  }

  async #live(): Promise<void> {
    const { network } = this.#world
    this.#host.isHealed = true
    network.isHealed = true
    this.#host.start()
    const cast = await this.#during(new Setup(this.#world).open())
    for (const { nodes } of cast.sellers) {
      for (const machine of nodes) this.#agents.push(new Agent(this.#world, machine))
    }
    // Phase 1.
    this.#host.isHealed = false
    network.isHealed = false
    const trouble = new Trouble(this.#world, this.#draw.branch(), cast)
    const reader = new SlowReader(this.#world, this.#draw.branch(), (why) => this.#violated(why))
    reader.start()
    this.#lookAtModels()
    const accounts = [...cast.buyers, ...cast.sellers].map(({ account }) => account)
    const objects = new Objects(this.#world, this.#draw.branch(), accounts, (why) =>
      this.#violated(why),
    )
    const assessors = new Assessors(this.#world, this.#draw.branch(), cast)
    this.#burst(cast)
    await this.#runUntil(() => this.#auditor.history.publishedSeq >= this.#steps)
    // Phase 2.
    trouble.heal()
    for (const agent of this.#agents) agent.isHonest = true
    assessors.isOver = true
    this.#isWinding = true
    const wind = new Wind(this.#world, cast)
    await this.#during(wind.down())
    await this.#during(objects.close())
    if (this.#levels.readModels) await this.#during(this.#host.models.mustFollow(this.#auditor))
    await this.#during(this.#checkAll())
    wind.mustBeDrained()
  }
  #isWinding = false

  /** A few commands at about the same time, and the next ones later. */
  #burst(cast: Cast): void {
    if (this.#isWinding) return
    const { draw, callers } = this.#world
    const count = this.#host.isUp ? draw.about(this.#levels.burst) : 1
    for (let n = 0; n < count && callers.waiting < WAITING_MAX; n++) {
      draw.weighted(CROWD)(this.#world, cast)
    }
    const pauseMs = draw.about(this.#levels.pauseMs)
    this.#timeline.after(pauseMs * US_PER_MS, () => this.#burst(cast))
  }

  /** A process runs: what became durable but was never published is public now. */
  async #started(engine: Engine): Promise<void> {
    const behind: EventRecord[] = []
    this.#behind = behind
    try {
      this.#auditor.history.recovered(engine.durableSeq())
      const untilSeq = engine.durableSeq()
      for await (const record of engine.events.read(this.#auditor.history.publishedSeq + 1)) {
        if (record.seq > untilSeq) break
        this.#take(record)
      }
      if (this.#behind !== behind) return
      this.#behind = null
      for (const record of behind) this.#take(record)
    } catch (error) {
      this.#violated(error as Error)
    }
  }
  #published(records: readonly EventRecord[]): void {
    if (this.#behind !== null) this.#behind.push(...records)
    else for (const record of records) this.#take(record)
    this.#checkNow()
  }
  #take(record: EventRecord): void {
    if (record.seq <= this.#auditor.history.publishedSeq) return
    this.#auditor.read(record)
    eventRecord.write(this.#unhashed, record)
    if (this.#unhashed.length < HASH_BYTES) return
    this.#hash.update(this.#unhashed.view())
    this.#unhashed.reset()
  }

  /** The second replica follows now and then; sometimes everything is compared. */
  #checkNow(): void {
    const { publishedSeq } = this.#auditor.history
    if (this.#following || publishedSeq - this.#followedSeq < FOLLOW_EVERY) return
    this.#followedSeq = publishedSeq
    const isFull = publishedSeq - this.#comparedSeq >= COMPARE_EVERY
    if (isFull) this.#comparedSeq = publishedSeq
    this.#following = true
    this.#follow(isFull).catch((error: unknown) => this.#violated(error as Error))
  }
  async #follow(isFull: boolean): Promise<void> {
    const { history } = this.#auditor
    const untilSeq = history.publishedSeq
    await history.follow(this.#host.folder(OBSERVER), untilSeq)
    this.#following = false
    if (isFull && history.publishedSeq === untilSeq) this.#auditor.compare(history.replica.answers)
  }
  /** The read models are a moment behind: they are looked at when nothing happens. */
  #lookAtModels(): void {
    this.#timeline.after(LOOK_US, () => {
      this.#lookAtModels()
      void this.#host.models.compare(this.#auditor).catch((error: unknown) => {
        this.#violated(error as Error)
      })
    })
  }
  async #checkAll(): Promise<void> {
    const { history } = this.#auditor
    await history.follow(this.#host.folder(OBSERVER), history.publishedSeq)
    this.#auditor.compare(history.replica.answers)
    const leader = this.#host.exchange
    if (leader === null || leader.lastSeq !== history.replica.lastSeq) return
    const isEqual = leader.stateHash() === history.replica.stateHash()
    must(isEqual, 'replica', () => `another state at ${leader.lastSeq}`)
    if (!this.#levels.fsck) return
    const directory = this.#host.folder(OBSERVER)
    const { report } = await fsck({ directory, machine: () => new Exchange() })
    must(report.problems.length === 0, 'fsck', () => JSON.stringify(report.problems))
  }

  async #during<T>(work: Promise<T>): Promise<T> {
    const done: { value: T }[] = []
    work.then(
      (value) => done.push({ value }),
      (error: unknown) => this.#violated(error as Error),
    )
    await this.#runUntil(() => done.length > 0)
    return done[0]!.value
  }
  async #runUntil(isDone: () => boolean): Promise<void> {
    await this.#timeline.runUntil(() => this.#violation !== null || isDone())
    if (this.#violation !== null) throw this.#violation
  }
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#violated(error as Error)
    }
  }
  #violated(why: Error): void {
    this.#violation ??= why
  }
}

const CROWD: readonly (readonly [number, (world: World, cast: Cast) => void])[] = [
  [800, buyerActs],
  [110, sellerActs],
  [40, operatorActs],
  [50, intruderActs],
  [50, sourceActs],
]
