import { existsSync } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { lockFolder, makeFolder, openDurable, syncFolder, writeDurably } from '../disk/index.ts'
import { assert, toHex } from '../kernel/index.ts'
import { Fault, type CommandLog, type RecordBatch, type StoredBatch } from '../messages/index.ts'
import { CHAIN_START, chainHash } from './chain.ts'
import { FileWindow } from './file-window.ts'
import { FRAME_HEADER_BYTES, frameHeader } from './frame.ts'
import {
  corrupt,
  listSegments,
  promoteSpare,
  readSegmentHeader,
  SEGMENT_HEADER_BYTES,
  sparePath,
  zero,
  type Segment,
} from './segment.ts'
import { inspectTail, startOf, stepFrames, type Place, type Step } from './segment-scan.ts'
import { Spare } from './spare.ts'

const SEGMENT_BYTES = 64 * 1024 * 1024
/** a known place every so many bytes, so that reading the recent past starts near it */
const PLACE_BYTES = 256 * 1024

export interface FileLogOptions {
  readonly directory: string
  /** size of a segment, 64 MiB when left out; a longer frame gets a segment of its own size */
  readonly segmentBytes?: number
  /** no lock, no repair, no append: for export and replicas beside a running exchange */
  readonly readOnly?: boolean
}

/**
 * Opens the journal in a folder, repairing a torn tail. Throws Fault JOURNAL_LOCKED when another
 * process has it, JOURNAL_MISSING when there is none to read, and JOURNAL_CORRUPT when anything but an unfinished last append is damaged.
 */
export async function openFileLog(options: FileLogOptions): Promise<CommandLog> {
  const readOnly = options.readOnly ?? false
  if (readOnly) {
    const { directory } = options
    if (!existsSync(directory)) {
      throw new Fault('JOURNAL_MISSING', { retryable: false, facts: { path: directory } })
    }
    return FileLog.open(options, () => {})
  }
  await makeFolder(options.directory)
  const unlock = lockFolder(options.directory, 'JOURNAL_LOCKED')
  try {
    return await FileLog.open(options, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

/** The segment that appends go to. */
interface Active {
  readonly handle: FileHandle
  readonly segment: Segment
  readonly size: number
}

class FileLog implements CommandLog {
  readonly #directory: string
  readonly #segmentBytes: number
  readonly #unlock: () => void
  readonly #readOnly: boolean
  readonly #segments: { readonly path: string; readonly firstSeq: number }[]
  /** known places of the active segment, the first at its start, the last at the end of the log */
  #places: Place[]
  /**
   * What the opening read and checked of the active segment, for whoever reads the journal then; given
   * up once somebody has read to the end, or an append says that nobody will.
   */
  #opened: readonly Step[]
  #active: Active | null
  #end: Place
  #spare: Spare | null = null
  #busy = false
  #closed = false

  private constructor(
    options: FileLogOptions,
    unlock: () => void,
    segments: { path: string; firstSeq: number }[],
    active: Active | null,
    { places, steps }: Pick<Scan, 'places' | 'steps'>,
  ) {
    this.#directory = options.directory
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.#readOnly = options.readOnly ?? false
    this.#unlock = unlock
    this.#segments = segments
    this.#active = active
    this.#places = places
    this.#opened = steps
    this.#end = places.at(-1) ?? { seq: 1, offset: 0, hash: CHAIN_START }
  }

  static async open(options: FileLogOptions, unlock: () => void): Promise<FileLog> {
    const readOnly = options.readOnly ?? false
    const segments = await listSegments(options.directory)
    const last = segments.at(-1)
    if (segments.length > 0 && segments[0]!.firstSeq !== 1) {
      throw corrupt(segments[0]!.path, 0, 'the first segment is missing')
    }
    // A process may have died between naming a segment and making its name durable: what is appended
    // to it now must not be lost with the name.
    if (!readOnly) await syncFolder(options.directory)
    if (last === undefined) {
      return new FileLog(options, unlock, segments, null, { places: [], steps: [] })
    }
    const handle = await (readOnly ? open(last.path, 'r') : openDurable(last.path))
    try {
      const { size } = await handle.stat()
      const segment = await readSegmentHeader(handle, last.path, last.firstSeq)
      const scanned = await scan(segment, handle, size, readOnly)
      const { places, dirtyUntil } = scanned
      const full = Math.max(size, options.segmentBytes ?? SEGMENT_BYTES)
      if (!readOnly) {
        // A frame that was written but not synced when the process died counts as acknowledged from
        // here on; a torn one is wiped, so that nothing of it follows the next frame.
        const end = places.at(-1)!.offset
        await zero(handle, end, size < full ? full : dirtyUntil)
        await rewrite(handle, places.at(-2)?.offset ?? end, end)
        await handle.sync()
      }
      return new FileLog(options, unlock, segments, { handle, segment, size: full }, scanned)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  get lastSeq(): number {
    return this.#end.seq - 1
  }
  get headHash(): string {
    return toHex(this.#end.hash)
  }

  async append(firstSeq: number, batch: RecordBatch): Promise<void> {
    assert(!this.#busy && !this.#readOnly && !this.#closed, 'one append at a time, on an open log')
    assert(firstSeq === this.#end.seq && batch.count > 0, `append at ${firstSeq}`)
    this.#busy = true
    try {
      const hash = chainHash(this.#end.hash, batch.bytes)
      const size = FRAME_HEADER_BYTES + batch.bytes.length
      const active = await this.#roomFor(size)
      // A failed append is repeated in full at the same place, so the kernel writes it again.
      const header = frameHeader(active.segment.marker, firstSeq, batch, hash)
      await writeDurably(active.handle, [header, batch.bytes], this.#end.offset)
      this.#advance({ seq: firstSeq + batch.count, offset: this.#end.offset + size, hash })
    } catch (cause) {
      throw new Fault('JOURNAL_UNAVAILABLE', { cause, facts: { seq: firstSeq } })
    } finally {
      this.#busy = false
    }
    this.#prepare()
  }

  async *read(wantedSeq: number): AsyncIterable<StoredBatch> {
    const fromSeq = Math.max(wantedSeq, 1)
    const untilSeq = this.#end.seq
    if (fromSeq >= untilSeq) return
    let index = this.#segments.findLastIndex((s) => s.firstSeq <= fromSeq)
    let place: Place | null = null
    for (; index < this.#segments.length; index++) {
      const { path, firstSeq } = this.#segments[index]!
      if (firstSeq >= untilSeq) return
      const handle = await open(path, 'r')
      try {
        const segment = await readSegmentHeader(handle, path, firstSeq)
        if (place !== null && !segment.hashBefore.equals(place.hash)) {
          throw corrupt(path, 0, 'the segment does not continue the hash chain')
        }
        place = this.#nearest(segment, fromSeq)
        for await (const { frame, after } of this.#steps(segment, handle, place)) {
          if (frame.firstSeq >= untilSeq) return
          place = after
          if (after.seq <= fromSeq) continue
          yield { firstSeq: frame.firstSeq, records: frame.records, headHash: toHex(frame.hash) }
        }
        const endSeq = this.#segments[index + 1]?.firstSeq ?? untilSeq
        if (place.seq < Math.min(endSeq, untilSeq)) {
          throw corrupt(path, place.offset, 'a frame is damaged')
        }
      } finally {
        await handle.close()
      }
    }
  }

  /** The frames of a segment from `place` on; what the opening has read is not read again. */
  async *#steps(segment: Segment, handle: FileHandle, place: Place): AsyncGenerator<Step> {
    if (this.#opened.length > 0 && segment.firstSeq === this.#places[0]?.seq) {
      for (const step of this.#opened) if (step.after.seq > place.seq) yield step
      this.#opened = []
    } else {
      const window = new FileWindow(handle, (await handle.stat()).size)
      yield* stepFrames(segment, window, place)
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    assert(!this.#busy, 'closing during an append')
    this.#closed = true
    await this.#spare?.close()
    if (!this.#readOnly) await rm(sparePath(this.#directory), { force: true })
    await this.#active?.handle.close()
    this.#unlock()
  }

  /** The active segment, a new one when `size` more bytes do not fit. */
  async #roomFor(size: number): Promise<Active> {
    const active = this.#active
    if (active !== null && this.#end.offset + size <= active.size) return active
    const wanted = Math.max(this.#segmentBytes, SEGMENT_HEADER_BYTES + size)
    if (this.#spare !== null && this.#spare.size < wanted) await this.#spare.close()
    if (this.#spare?.size !== wanted) this.#spare = new Spare(this.#directory, wanted)
    const made = this.#spare.whole()
    this.#spare = null
    const spare = await made
    try {
      const segment = await promoteSpare(this.#directory, spare, this.#end.seq, this.#end.hash)
      await active?.handle.close()
      const known = this.#segments.at(-1)
      if (known?.firstSeq !== segment.firstSeq) this.#segments.push(segment)
      this.#active = { handle: spare, segment, size: wanted }
    } catch (error) {
      await spare.close()
      throw error
    }
    this.#end = startOf(this.#active.segment)
    this.#places = [this.#end]
    return this.#active
  }

  #advance(end: Place): void {
    this.#end = end
    this.#opened = []
    remember(this.#places, end)
  }

  /**
   * Goes on with the next segment's zeros, as far as this segment is filled, so that no append waits
   * for many of them. What is missing in the end the append that needs it writes.
   */
  #prepare(): void {
    this.#spare ??= new Spare(this.#directory, this.#segmentBytes)
    this.#spare.grow(this.#end.offset)
  }

  #nearest(segment: Segment, fromSeq: number): Place {
    const known = this.#places[0]?.seq === segment.firstSeq ? this.#places : []
    return known.findLast((place) => place.seq <= fromSeq) ?? startOf(segment)
  }
}

/**
 * Writes [from, until) again as it is. After a sync that failed the kernel calls pages clean that it
 * never wrote: they are read as if they were there, and no later sync would write them.
 */
async function rewrite(handle: FileHandle, from: number, until: number): Promise<void> {
  const bytes = await new FileWindow(handle, until).bytes(from, until - from)
  if (bytes !== null) await writeDurably(handle, [bytes], from)
}

interface Scan {
  /** known places of the segment, the last one its end */
  readonly places: Place[]
  /** its frames */
  readonly steps: readonly Step[]
  /** where the remains of a torn tail end */
  readonly dirtyUntil: number
}

/** Reads a segment to its end. Throws when the rest is no torn tail. */
async function scan(
  segment: Segment,
  handle: FileHandle,
  size: number,
  readOnly: boolean,
): Promise<Scan> {
  const places = [startOf(segment)]
  const steps: Step[] = []
  // A reader beside a running exchange may look at a frame in the middle of its write.
  for (let attempt = 1; ; attempt++) {
    const window = new FileWindow(handle, size)
    for await (const step of stepFrames(segment, window, places.at(-1)!)) {
      remember(places, step.after)
      steps.push(step)
    }
    try {
      const dirtyUntil = await inspectTail(segment, handle, size, places.at(-1)!.offset)
      return { places, steps, dirtyUntil }
    } catch (error) {
      if (!readOnly || attempt === 5) throw error
    }
  }
}

/** Moves the end; the place before it stays known when it is far enough from the one before. */
function remember(places: Place[], end: Place): void {
  const settled = places.at(-2)
  const last = places.at(-1)
  if (last !== undefined && settled !== undefined && last.offset - settled.offset < PLACE_BYTES) {
    places.pop()
  }
  places.push(end)
}
