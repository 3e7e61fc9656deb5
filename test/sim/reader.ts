/** A slow consumer of the event log: reads at its own offset, falls behind, loses its place. */
import { US_PER_SECOND } from '../../src/kernel/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import type { EventRecord } from '../../src/messages/index.ts'
import type { Draw } from './draw.ts'
import type { World } from './parties/party.ts'

const SLICE = 40
const FAR_BEHIND = 400

export class SlowReader {
  readonly #world: World
  readonly #draw: Draw
  readonly #violated: (why: Error) => void
  #nextSeq = 1
  /** where it is reading: a process that died will not answer any more */
  #reading: Engine | null = null

  constructor(world: World, draw: Draw, violated: (why: Error) => void) {
    this.#world = world
    this.#draw = draw
    this.#violated = violated
  }

  start(): void {
    this.#later()
  }

  #later(): void {
    this.#world.timeline.after(this.#draw.between(1, 300) * US_PER_SECOND, () => {
      this.#later()
      void this.#read().catch((error: unknown) => this.#failed(error))
    })
  }
  /** A slice from its place on; each record must be what was public then. */
  async #read(): Promise<void> {
    const { host, auditor, counts } = this.#world
    const { engine } = host
    const { publishedSeq } = auditor.history
    if (engine === null || this.#reading === engine || this.#nextSeq > publishedSeq) return
    if (publishedSeq - this.#nextSeq > FAR_BEHIND) {
      counts.add('fault', 'reader-fell-behind')
      this.#nextSeq = this.#draw.between(Math.max(1, publishedSeq - FAR_BEHIND), publishedSeq)
    }
    this.#reading = engine
    try {
      let left = SLICE
      for await (const record of engine.events.read(this.#nextSeq)) {
        if (engine !== host.engine || left-- === 0 || record.seq > publishedSeq) break
        this.#take(record)
      }
    } finally {
      if (this.#reading === engine) this.#reading = null
    }
  }
  #take(record: EventRecord): void {
    this.#world.auditor.history.read(record, this.#nextSeq)
    this.#world.counts.add('work', 'events-read-late')
    this.#nextSeq++
  }
  /** A full disk keeps events in memory: then there is nothing to read yet. */
  #failed(error: unknown): void {
    if ((error as { code?: string }).code !== 'EVENT_LOG_UNAVAILABLE')
      this.#violated(error as Error)
  }
}
