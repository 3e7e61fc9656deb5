/**
 * The machine on which simulated processes run. A process is known by the folder under which it sees
 * the disk, `/sim/<machine>/<process>/…`, so that code of a process that died, or of an earlier
 * simulation in the same thread, can do nothing any more.
 */
import { systemError, type Disk } from './disk.ts'
import type { FakeFile } from './fake-file.ts'

/** What a file operation does, in the names of crash points and faults. */
export type Operation =
  | 'open'
  | 'read'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'rename'
  | 'remove'
  | 'folder'
  | 'link'

/** What the simulation decides about each operation. */
export interface Chances {
  /** Called around every operation; may end the process there, and answers whether it lives. */
  readonly point: (process: number, name: string | null) => boolean
  /** microseconds that the operation takes; Infinity hangs */
  readonly delayUs: (process: number, operation: Operation, area: string) => number
  /** the error with which it fails, or null */
  readonly failure: (process: number, operation: Operation, area: string) => string | null
  readonly wait: (delayUs: number) => Promise<void>
}

/** Thrown into whatever a dead process still tries to do at once. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied'
}

export interface Place {
  readonly process: number
  readonly path: string
  readonly area: string
}

const PREFIX = '/sim/'
/** process number of everything that belonged to another machine: it is dead */
const NOBODY = -1
let machines = 0
/** a file in the data folder that belongs to a part of the engine */
const AREA = /^\/data\/([a-z]+)/

export class Machine {
  disk: Disk
  /** the boot, and the start tick of the process that runs, as /proc shows them */
  boot = 1
  tick = 1
  /** files that are open by number */
  readonly files = new Map<number, FakeFile>()
  readonly #prefix = `${PREFIX}${++machines}/`
  readonly #chances: Chances

  constructor(disk: Disk, chances: Chances) {
    this.disk = disk
    this.#chances = chances
  }

  /** Where `path` is on the simulated disk; null for a path of the real one. */
  place(path: string): Place | null {
    if (!path.startsWith(PREFIX)) return null
    if (!path.startsWith(this.#prefix)) return { process: NOBODY, path: '/', area: 'data' }
    const end = path.indexOf('/', this.#prefix.length)
    const process = Number(path.slice(this.#prefix.length, end < 0 ? undefined : end))
    const inside = end < 0 ? '/' : path.slice(end)
    return { process, path: inside, area: AREA.exec(inside)?.[1] ?? 'data' }
  }
  /** A path of the disk as a process sees it. */
  seenBy(process: number, path: string): string {
    return `${this.#prefix}${process}${path}`
  }

  /** An operation that the process waits for. Never ends when the process dies meanwhile. */
  async run<T>(place: Place, operation: Operation, work: () => T): Promise<T> {
    const { process, area } = place
    const { before, after } = pointsOf(area, operation)
    if (!this.#passes(process, before)) await forever()
    const delayUs = this.#chances.delayUs(process, operation, area)
    if (delayUs > 0) await (delayUs === Infinity ? forever() : this.#chances.wait(delayUs))
    if (!this.#passes(process, null)) await forever()
    this.#fail(place, operation)
    const result = work()
    if (after !== null && !this.#passes(process, after)) await forever()
    return result
  }

  /** An operation that blocks the process. Throws ProcessDied when it dies of it. */
  runNow<T>(place: Place, operation: Operation, work: () => T): T {
    const { process, area } = place
    const { before, after } = pointsOf(area, operation)
    if (!this.#passes(process, before)) throw new ProcessDied()
    this.#fail(place, operation)
    const result = work()
    if (after !== null && !this.#passes(process, after)) throw new ProcessDied()
    return result
  }

  #passes(process: number, name: string | null): boolean {
    return this.#chances.point(process, name)
  }
  #fail(place: Place, operation: Operation): void {
    const code = this.#chances.failure(place.process, operation, place.area)
    if (code === null) return
    if (operation === 'sync' && code === 'EIO') {
      const entry = this.disk.find(place.path)
      if (entry !== undefined && entry !== 'folder') entry.drop()
    }
    throw systemError(code, place.path)
  }
}

function forever(): Promise<never> {
  return new Promise(() => {})
}

interface Points {
  readonly before: string
  /** null: the end of a reading is no point of its own */
  readonly after: string | null
}
// Put together once: a text made anew for every operation has to be hashed anew to be looked up.
const points = new Map<string, Map<Operation, Points>>()

function pointsOf(area: string, operation: Operation): Points {
  let ofArea = points.get(area)
  if (ofArea === undefined) points.set(area, (ofArea = new Map()))
  let found = ofArea.get(operation)
  if (found === undefined) {
    const after = operation === 'read' ? null : `${area}.${operation}.after`
    ofArea.set(operation, (found = { before: `${area}.${operation}.before`, after }))
  }
  return found
}

let current: Machine | null = null

/** The fakes of Node's modules work on this one. */
export function setMachine(machine: Machine): void {
  current = machine
}
export function machineOf(path: string): { machine: Machine; place: Place } | null {
  const place = current?.place(path) ?? null
  return place === null || current === null ? null : { machine: current, place }
}
export function currentMachine(): Machine | null {
  return current
}
