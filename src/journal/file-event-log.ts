import { existsSync } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { assert, decode, encode } from '../kernel/index.ts'
import { syncFolder } from '../disk/index.ts'
import { eventRecord, Fault, type EventLog, type EventRecord } from '../messages/index.ts'
import {
  encodeEventFrame,
  eventSegmentPath,
  HEADER_BYTES,
  listEventSegments,
  readEventFrame,
  type EventFrame,
} from './event-segment.ts'
import { FileWindow } from './file-window.ts'
import { writeAll } from './files.ts'
import { SparseIndex } from './sparse-index.ts'

const SEGMENT_BYTES = 32 * 1024 * 1024

export interface FileEventLogOptions {
  readonly directory: string
  /** a segment is closed when it has passed this size; 32 MiB when left out */
  readonly segmentBytes?: number
  /** changes nothing and sees what another process has written by now */
  readonly readOnly?: boolean
}

/**
 * Opens the event log in a folder and drops a torn tail. `append` returns at once; a writer behind it
 * fills the files. A write that fails is tried again by the next append or flush; flush reports it
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
  #lastSeq = 0
  #writtenSeq = 0
  #pending: { readonly seq: number; readonly frame: Buffer }[] = []
  #writing: Promise<void> | null = null

  constructor(options: FileEventLogOptions) {
    this.#directory = options.directory
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.#readOnly = options.readOnly ?? false
  }

  get lastSeq(): number {
    return this.#lastSeq
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
      if (frame === null || frame.seq !== this.#lastSeq + 1) break
      index.note(frame.seq, this.#size)
      this.#size += frame.size
      this.#lastSeq = frame.seq
    }
    this.#writtenSeq = this.#lastSeq
    if (!this.#readOnly) await handle.truncate(this.#size)
    this.#handle = handle
  }

  append(records: readonly EventRecord[]): void {
    assert(!this.#readOnly, 'append to an event log that is open for reading')
    for (const record of records) {
      assert(record.seq === this.#lastSeq + 1, `event record ${record.seq} after ${this.#lastSeq}`)
      const frame = encodeEventFrame(record.seq, encode(eventRecord, record))
      this.#pending.push({ seq: record.seq, frame })
      this.#lastSeq = record.seq
    }
    // What fails here stays pending, and flush or the next append meets the same fault.
    this.#write().catch(() => {})
  }

  async flush(): Promise<void> {
    while (this.#pending.length > 0 || this.#writing !== null) await this.#write()
  }

  async *read(fromSeq: number): AsyncGenerator<EventRecord> {
    await this.flush()
    const untilSeq = this.#writtenSeq
    for await (const frame of this.#frames(Math.max(fromSeq, 1), untilSeq)) {
      yield decode(eventRecord, frame.bytes)
    }
  }

  async get(seq: number): Promise<EventRecord | null> {
    if (seq < 1 || seq > this.#lastSeq) return null
    // What is not written yet may not be for a while: the disk is slow, or full.
    const waiting = this.#pending[seq - this.#writtenSeq - 1]
    if (waiting !== undefined) return decode(eventRecord, waiting.frame.subarray(HEADER_BYTES))
    for await (const frame of this.#frames(seq, seq)) return decode(eventRecord, frame.bytes)
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
    await handle.close()
    await this.#handle?.close()
    this.#handle = await open(eventSegmentPath(this.#directory, last.firstSeq), 'r+')
    await this.#handle.truncate(place)
    last.index?.cut(place)
    this.#segments = kept
    this.#size = place
    this.#lastSeq = afterSeq
    this.#writtenSeq = afterSeq
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#handle?.close()
    this.#handle = null
  }

  async #startAnew(seqs: readonly number[]): Promise<void> {
    if (this.#readOnly) return
    for (const seq of seqs) await rm(eventSegmentPath(this.#directory, seq))
  }

  /** Starts the writer, or joins the one at work. */
  #write(): Promise<void> {
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  async #drain(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        // A copy: appends go on while these are being written.
        const batch = [...this.#pending]
        const handle = await this.#segmentFor(batch[0]!.seq)
        await writeAll(handle, Buffer.concat(batch.map(({ frame }) => frame)), this.#size)
        const index = this.#segments.at(-1)!.index
        for (const { seq, frame } of batch) {
          index?.note(seq, this.#size)
          this.#size += frame.length
          this.#writtenSeq = seq
        }
        this.#pending = this.#pending.slice(batch.length)
      }
    } catch (cause) {
      throw new Fault('EVENT_LOG_UNAVAILABLE', { cause })
    }
  }

  /** The open segment, a new one when it is full. The full one is synced first. */
  async #segmentFor(seq: number): Promise<FileHandle> {
    if (this.#handle !== null && this.#size < this.#segmentBytes) return this.#handle
    await this.#handle?.datasync()
    const next = await open(eventSegmentPath(this.#directory, seq), 'w+', 0o600)
    await syncFolder(this.#directory)
    await this.#handle?.close()
    this.#handle = next
    this.#size = 0
    this.#segments.push({ firstSeq: seq, index: new SparseIndex() })
    return next
  }

  /** Frames fromSeq..toSeq, all of which are written. */
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
          if (frame === null || frame.seq !== seq) {
            throw new Fault('EVENT_LOG_CORRUPT', { retryable: false, facts: { seq } })
          }
          yield frame
          at += frame.size
          seq++
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

/** Offset of record `seq` in the segment, or its end when `seq` is the one after its last. */
async function locate(segment: Segment, window: FileWindow, seq: number): Promise<number> {
  segment.index ??= await indexOf(window)
  for (let at = segment.index.offsetBefore(seq); ;) {
    const frame = await readEventFrame(window, at)
    if (frame === null || frame.seq >= seq) return at
    at += frame.size
  }
}

/** The index of a whole segment, made when the segment is first read. */
async function indexOf(window: FileWindow): Promise<SparseIndex> {
  const index = new SparseIndex()
  for (let at = 0; ;) {
    const frame = await readEventFrame(window, at)
    if (frame === null) return index
    index.note(frame.seq, at)
    at += frame.size
  }
}
