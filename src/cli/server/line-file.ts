/** A file that lines are added to. A log must never stop what it tells of: not by waiting, not by failing. */
import { openSync, write, writeSync } from 'node:fs'

/** Lines that wait for the disk; what comes beyond that is dropped. */
const WAITING_BYTES_MAX = 1_048_576

export interface LineFile {
  /** Returns at once. A line that the disk does not take is dropped and counted. */
  readonly write: (line: string) => void
}

/** `lost` makes the line that says how many were dropped, once the disk takes lines again. */
export function openLineFile(path: string, lost: (lines: number) => string): LineFile {
  const file = openSync(path, 'a', 0o600)
  let waiting: string[] = []
  let waitingBytes = 0
  let dropped = 0
  let isWriting = false

  const take = (): Buffer => {
    const lines = dropped === 0 ? waiting : [lost(dropped), ...waiting]
    waiting = []
    waitingBytes = 0
    dropped = 0
    return Buffer.from(lines.join(''))
  }
  const next = (): void => {
    if (isWriting || waiting.length === 0) return
    isWriting = true
    const count = dropped + waiting.length
    put(file, take(), 0, (error) => {
      isWriting = false
      if (error !== null) dropped += count
      next()
    })
  }
  process.once('exit', () => {
    // One attempt: a full disk must not keep an ending process alive.
    try {
      if (waiting.length > 0) writeSync(file, take())
    } catch {
      return
    }
  })
  return {
    write: (line) => {
      if (waitingBytes + line.length > WAITING_BYTES_MAX) {
        dropped++
        return
      }
      waiting.push(line)
      waitingBytes += line.length
      next()
    },
  }
}

/** Writes all bytes from `from` on, however many the disk takes at once. */
function put(file: number, bytes: Buffer, from: number, done: (error: Error | null) => void): void {
  write(file, bytes, from, bytes.length - from, null, (error, written) => {
    if (error !== null) done(error)
    else if (from + written < bytes.length) put(file, bytes, from + written, done)
    else done(null)
  })
}
