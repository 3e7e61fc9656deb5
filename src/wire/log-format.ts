/**
 * A workload's kept log: both streams in one object, in the order they were written. Each chunk is
 * eight bytes (1 stdout or 2 stderr, three zeros, length in 32 bits big-endian), then its bytes:
 * the layout in which container engines send attached output.
 */
import { concatBytes } from '../kernel/index.ts'

export type LogStream = 'stdout' | 'stderr'
export interface LogPiece {
  readonly stream: LogStream
  readonly bytes: Uint8Array
}

const HEADER_BYTES = 8
const NUMBER: Readonly<Record<LogStream, number>> = { stdout: 1, stderr: 2 }

/** One piece with its header. */
export function packLogPiece({ stream, bytes }: LogPiece): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES)
  header[0] = NUMBER[stream]
  new DataView(header.buffer).setUint32(4, bytes.length)
  return concatBytes(header, bytes)
}

/**
 * Takes a packed log apart as it arrives, in whatever chunks; a torn end is left out.
 * Throws RangeError at a header that packLogPiece cannot have made.
 */
export async function* unpackLog(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LogPiece> {
  let rest: Uint8Array = new Uint8Array(0)
  for await (const chunk of chunks) {
    rest = concatBytes(rest, chunk)
    let at = 0
    while (rest.length - at >= HEADER_BYTES) {
      const view = new DataView(rest.buffer, rest.byteOffset + at, HEADER_BYTES)
      const number = view.getUint8(0)
      if (number !== 1 && number !== 2) throw new RangeError(`log stream ${number}`)
      const end = at + HEADER_BYTES + view.getUint32(4)
      if (end > rest.length) break
      const bytes = rest.slice(at + HEADER_BYTES, end)
      yield { stream: number === 1 ? 'stdout' : 'stderr', bytes }
      at = end
    }
    rest = rest.slice(at)
  }
}
