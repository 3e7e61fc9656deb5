import { existsSync } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { assert, decode } from '../kernel/index.ts'
import { syncFolder, writeParts } from '../disk/index.ts'
import {
  eventRecord,
  Fault,
  packRecords,
  unpackRecords,
  type EventBatch,
  type EventLog,
  type EventRecord,
  type RecordBatch,
} from '../messages/index.ts'
import {
  eventFrames,
  eventSegmentPath,
  listEventSegments,
  readEventFrame,
  type EventFrame,
} from './event-segment.ts'
import { FileWindow } from './file-window.ts'
import { SparseIndex } from './sparse-index.ts'

const SEGMENT_BYTES = 32 * 1024 * 1024
/**
 * Written when so much waits, or something has waited so long: handing a write to another thread
 * costs the loop more than the write of a few records is worth.
 */
const WAITING_BYTES = 256 * 1024
const WAITING_MS = 10
/**
 * So much is written at once, and synced: what the disk does for it holds up no append of the journal
 * for long. Synced once for a whole segment it would.
 */
const PIECE_BYTES = 1024 * 1024

export interface FileEventLogOptions {
  readonly directory: string
  /** a segment is closed when it has passed this size; 32 MiB when left out */
  readonly segmentBytes?: number
  /** changes nothing and sees what another process has written by now */
  readonly readOnly?: boolean
}

/**
 * Opens the event log in a folder and drops a torn tail. `append` returns at once; a writer behind it
 * fills the files within some milliseconds, and before anything is read. A write that fails is tried again by the next append or flush; flush reports it
 * as Fault EVENT_LOG_UNAVAILABLE. Reading damaged bytes throws Fault EVENT_LOG_CORRUPT.
 */
export async function openFileEventLog(options: FileEventLogOptions): Promise<EventLog> {
  const log = new FileEventLog(options)
  await log.open()
  return log
}

interface Segment {
  readonly firstSeq: number
  /** null until the segment is first read */
  index: SparseIndex | null
}

class FileEventLog implements EventLog {
  readonly #directory: string
  readonly #segmentBytes: number
  readonly #readOnly: boolean
  #segments: Segment[] = []
  /** last segment, open for writing, and its size */
  #handle: FileHandle | null = null
  #size = 0
  #unsyncedBytes = 0
  #lastSeq = 0
  #writtenSeq = 0
  #pending: { readonly firstSeq: number; readonly batch: RecordBatch }[] = []
  #pendingBytes = 0
  #writing: Promise<void> | null = null
  #alarm: NodeJS.Timeout | null = null

  constructor(options: FileEventLogOptions) {
    this.#directory = options.directory
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.#readOnly = options.readOnly ?? false
  }

  get lastSeq(): number {
    return this.#lastSeq
  }
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  async open(): Promise<void> {
    if (!this.#readOnly) await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    else if (!existsSync(this.#directory)) return
    const seqs = await listEventSegments(this.#directory)
    // A log that does not begin at 1 is not one: recovery writes it anew.
    if (seqs[0] !== 1) return this.#startAnew(seqs)
    this.#segments = seqs.map((firstSeq) => ({ firstSeq, index: null }))
    const last = this.#segments.at(-1)!
    const path = eventSegmentPath(this.#directory, last.firstSeq)
    const handle = await open(path, this.#readOnly ? 'r' : 'r+')
    const index = new SparseIndex()
    last.index = index
    this.#lastSeq = last.firstSeq - 1
    const window = new FileWindow(handle, (await handle.stat()).size)
    for (;;) {
      const frame = await readEventFrame(window, this.#size)
      if (frame === null || frame.firstSeq !== this.#lastSeq + 1) break
      index.note(frame.firstSeq, this.#size)
      this.#size += frame.size
      this.#lastSeq += frame.records.count
    }
    this.#writtenSeq = this.#lastSeq
    if (!this.#readOnly) await handle.truncate(this.#size)
    this.#handle = handle
  }

  append(firstSeq: number, batch: RecordBatch): void {
    assert(!this.#readOnly, 'append to an event log that is open for reading')
    assert(firstSeq === this.#lastSeq + 1, `event record ${firstSeq} after ${this.#lastSeq}`)
    if (batch.count === 0) return
    this.#pending.push({ firstSeq, batch })
    this.#pendingBytes += batch.bytes.length
    this.#lastSeq += batch.count
    if (this.#pendingBytes >= WAITING_BYTES) this.#begin()
    else this.#alarm ??= setTimeout(() => this.#begin(), WAITING_MS)
  }

  async flush(): Promise<void> {
    while (this.#pending.length > 0 || this.#writing !== null) await this.#write()
  }

  async *read(fromSeq: number): AsyncGenerator<EventRecord> {
    await this.flush()
    yield* this.#records(Math.max(fromSeq, 1), this.#writtenSeq)
  }

  async *batches(fromSeq: number): AsyncGenerator<EventBatch> {
    // What the disk refuses now comes later; what it has can be read.
    await this.flush().catch(() => {})
    yield* this.#frames(Math.max(fromSeq, 1), this.#writtenSeq)
  }

  async get(seq: number): Promise<EventRecord | null> {
    if (seq < 1 || seq > this.#lastSeq) return null
    // What is not written yet may not be for a while: the disk is slow, or full.
    const waiting = this.#pending.findLast(({ firstSeq }) => firstSeq <= seq)
    if (waiting !== undefined) {
      return decode(eventRecord, unpackRecords(waiting.batch)[seq - waiting.firstSeq]!)
    }
    for await (const record of this.#records(seq, seq)) return record
    return null
  }

  async truncate(afterSeq: number): Promise<void> {
    await this.flush()
    if (afterSeq >= this.#lastSeq) return
    const kept = this.#segments.filter((segment) => segment.firstSeq <= Math.max(afterSeq, 1))
    for (const { firstSeq } of this.#segments.slice(kept.length)) {
      await rm(eventSegmentPath(this.#directory, firstSeq))
    }
    const last = kept.at(-1)!
    const { handle, window } = await this.#openWindow(last)
    const place = await locate(last, window, afterSeq + 1)
    const frame = await readEventFrame(window, place)
    await handle.close()
    await this.#handle?.close()
    this.#handle = await open(eventSegmentPath(this.#directory, last.firstSeq), 'r+')
    await this.#handle.truncate(place)
    last.index?.cut(place)
    this.#segments = kept
    this.#size = place
    // The first records of the frame that is cut through come back as a frame of their own.
    const firstSeq = Math.min(frame?.firstSeq ?? afterSeq + 1, afterSeq + 1)
    this.#lastSeq = firstSeq - 1
    this.#writtenSeq = firstSeq - 1
    const whole = frame === null ? [] : unpackRecords(frame.records)
    this.append(firstSeq, packRecords(whole.slice(0, afterSeq + 1 - firstSeq)))
    await this.flush()
  }

  async close(): Promise<void> {
    this.#cancelAlarm()
    await this.flush()
    await this.#handle?.close()
    this.#handle = null
  }

  async #startAnew(seqs: readonly number[]): Promise<void> {
    if (this.#readOnly) return
    for (const seq of seqs) await rm(eventSegmentPath(this.#directory, seq))
    // Not with the first commands: making a name durable takes the disk a while.
    await this.#segmentFor(1)
  }

  /** What fails here stays pending, and flush or the next append meets the same fault. */
  #begin(): void {
    this.#write().catch(() => {})
  }
  #cancelAlarm(): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    this.#alarm = null
  }

  /** Starts the writer, or joins the one at work. */
  #write(): Promise<void> {
    this.#cancelAlarm()
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  async #drain(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const taken = this.#takeable()
        const handle = await this.#segmentFor(taken[0]!.firstSeq)
        const framed = taken.map(({ firstSeq, batch }) => eventFrames(firstSeq, batch))
        const parts = framed.flatMap((each) => each.parts)
        await writeParts(handle, parts, this.#size)
        this.#unsyncedBytes += parts.reduce((sum, part) => sum + part.length, 0)
        if (this.#unsyncedBytes >= PIECE_BYTES) await this.#sync(handle)
        const index = this.#segments.at(-1)!.index
        for (const { seq, size } of framed.flatMap(({ frames }) => frames)) {
          index?.note(seq, this.#size)
          this.#size += size
        }
        this.#pending = this.#pending.slice(taken.length)
        for (const { firstSeq, batch } of taken) {
          this.#pendingBytes -= batch.bytes.length
          this.#writtenSeq = firstSeq + batch.count - 1
        }
      }
    } catch (cause) {
      throw new Fault('EVENT_LOG_UNAVAILABLE', { cause })
    }
  }

  /** The first batches that wait: as many as one write takes, at least one. */
  #takeable(): { readonly firstSeq: number; readonly batch: RecordBatch }[] {
    let bytes = 0
    const until = this.#pending.findIndex(({ batch }, at) => {
      bytes += batch.bytes.length
      return at > 0 && bytes > PIECE_BYTES
    })
    return until < 0 ? [...this.#pending] : this.#pending.slice(0, until)
  }

  async #sync(handle: FileHandle): Promise<void> {
    await handle.datasync()
    this.#unsyncedBytes = 0
  }

  /** The open segment, a new one when it is full. The full one is synced first. */
  async #segmentFor(seq: number): Promise<FileHandle> {
    if (this.#handle !== null && this.#size < this.#segmentBytes) return this.#handle
    if (this.#handle !== null) await this.#sync(this.#handle)
    const next = await open(eventSegmentPath(this.#directory, seq), 'w+', 0o600)
    await syncFolder(this.#directory)
    await this.#handle?.close()
    this.#handle = next
    this.#size = 0
    this.#segments.push({ firstSeq: seq, index: new SparseIndex() })
    return next
  }

  /** Records fromSeq..toSeq, all of which are written. */
  async *#records(fromSeq: number, toSeq: number): AsyncGenerator<EventRecord> {
    for await (const { firstSeq, records } of this.#frames(fromSeq, toSeq)) {
      const wanted = unpackRecords(records).slice(Math.max(fromSeq - firstSeq, 0))
      for (const bytes of wanted.slice(0, toSeq + 1 - Math.max(fromSeq, firstSeq))) {
        yield decode(eventRecord, bytes)
      }
    }
  }

  /** The frames that hold fromSeq..toSeq, all of which are written. */
  async *#frames(fromSeq: number, toSeq: number): AsyncGenerator<EventFrame> {
    const first = this.#segments.findLastIndex((segment) => segment.firstSeq <= fromSeq)
    let seq = fromSeq
    for (let i = Math.max(first, 0); seq <= toSeq && i < this.#segments.length; i++) {
      const segment = this.#segments[i]!
      const endSeq = Math.min(toSeq, (this.#segments[i + 1]?.firstSeq ?? Infinity) - 1)
      const { handle, window } = await this.#openWindow(segment)
      try {
        let at = await locate(segment, window, seq)
        while (seq <= endSeq) {
          const frame = await readEventFrame(window, at)
          if (frame === null || frame.firstSeq > seq || lastSeqOf(frame) < seq) {
            throw new Fault('EVENT_LOG_CORRUPT', { retryable: false, facts: { seq } })
          }
          yield frame
          seq = lastSeqOf(frame) + 1
          at += frame.size
        }
      } finally {
        await handle.close()
      }
    }
  }

  async #openWindow(segment: Segment): Promise<{ handle: FileHandle; window: FileWindow }> {
    const handle = await open(eventSegmentPath(this.#directory, segment.firstSeq), 'r')
    return { handle, window: new FileWindow(handle, (await handle.stat()).size) }
  }
}

function lastSeqOf(frame: EventFrame): number {
  return frame.firstSeq + frame.records.count - 1
}

/** Offset of the frame that holds `seq`, or the segment's end when `seq` is the one after its last. */
async function locate(segment: Segment, window: FileWindow, seq: number): Promise<number> {
  segment.index ??= await indexOf(window)
  for (let at = segment.index.offsetBefore(seq); ;) {
    const frame = await readEventFrame(window, at)
    if (frame === null || lastSeqOf(frame) >= seq) return at
    at += frame.size
  }
}

/** The index of a whole segment, made when the segment is first read. */
async function indexOf(window: FileWindow): Promise<SparseIndex> {
  const index = new SparseIndex()
  for (let at = 0; ;) {
    const frame = await readEventFrame(window, at)
    if (frame === null) return index
    index.note(frame.firstSeq, at)
    at += frame.size
  }
}
