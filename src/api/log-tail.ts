import type { FileHandle } from 'node:fs/promises'

const BLOCK = 65_536
const NEWLINE = 10

/** Where the last `lines` lines of the first `size` bytes of a file begin. */
export async function tailOffset(file: FileHandle, size: number, lines: number): Promise<number> {
  if (lines === 0) return size
  const block = Buffer.alloc(BLOCK)
  let seen = 0
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - BLOCK)
    const { bytesRead } = await file.read(block, 0, end - start, start)
    for (let at = bytesRead - 1; at >= 0; at--) {
      // The newline that ends the last line begins no further one.
      if (block[at] !== NEWLINE || start + at === size - 1) continue
      if (++seen === lines) return start + at + 1
    }
    end = start
  }
  return 0
}

/** The last `lines` lines of what comes in chunks, holding no more than they need. */
export async function tailOf(
  chunks: AsyncIterable<Uint8Array>,
  lines: number,
): Promise<Uint8Array> {
  let kept: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    kept = Buffer.concat([kept, chunk])
    kept = kept.subarray(startOfLast(kept, lines))
  }
  return kept
}

function startOfLast(bytes: Buffer, lines: number): number {
  if (lines === 0) return bytes.length
  let seen = 0
  for (let at = bytes.length - 2; at >= 0; at--) {
    if (bytes[at] === NEWLINE && ++seen === lines) return at + 1
  }
  return 0
}
