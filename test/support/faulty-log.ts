import {
  Fault,
  type CommandLog,
  type RecordBatch,
  type StoredBatch,
} from '../../src/messages/index.ts'
import { openMemoryLog } from '../../src/journal/index.ts'

/**
 * What the next appends do: work; fail without writing; hang without writing; write and then hang,
 * as when the process dies before it hears of it.
 */
export type LogMood = 'works' | 'fails' | 'hangs' | 'dies-after-write'

/** A journal in memory that can be told to fail. */
export class FaultyLog implements CommandLog {
  mood: LogMood = 'works'
  /** sizes of the batches appended so far, attempts that failed included */
  readonly attempts: number[] = []
  readonly #log: CommandLog
  #release: () => void = () => {}

  private constructor(log: CommandLog) {
    this.#log = log
  }
  static async open(kept: RecordBatch[]): Promise<FaultyLog> {
    return new FaultyLog(await openMemoryLog(kept))
  }

  get lastSeq(): number {
    return this.#log.lastSeq
  }
  get headHash(): string {
    return this.#log.headHash
  }

  async append(firstSeq: number, batch: RecordBatch): Promise<void> {
    this.attempts.push(batch.count)
    if (this.mood === 'fails') throw new Fault('JOURNAL_UNAVAILABLE')
    if (this.mood === 'hangs') await this.#forever()
    await this.#log.append(firstSeq, batch)
    if (this.mood === 'dies-after-write') await this.#forever()
  }

  /** Lets an append that hangs go on. */
  release(): void {
    this.mood = 'works'
    this.#release()
  }

  read(fromSeq: number): AsyncIterable<StoredBatch> {
    return this.#log.read(fromSeq)
  }
  close(): Promise<void> {
    return this.#log.close()
  }

  #forever(): Promise<void> {
    return new Promise((resolve) => {
      this.#release = resolve
    })
  }
}
