/** Passing over encoded values without making them: for those who want one field of many. */
import type { AnyCodec } from './codec.ts'
import type { Reader } from './reader.ts'

export type Skip = (reader: Reader) => void

/** Passes over a value of the codec. Throws CodecError when the bytes end; checks nothing else. */
export function skip(codec: AnyCodec, reader: Reader): void {
  if (codec.width !== undefined) reader.pass(codec.width)
  else if (codec.skip !== undefined) codec.skip(reader)
  else codec.read(reader)
}

/** Passes over values one after another; those of a fixed width that follow each other in one step. */
export function skipAll(codecs: readonly AnyCodec[]): Skip {
  const steps: Skip[] = []
  let width = 0
  const pass = (): void => {
    const bytes = width
    width = 0
    if (bytes > 0) steps.push((reader) => reader.pass(bytes))
  }
  for (const codec of codecs) {
    width += codec.width ?? 0
    if (codec.width !== undefined) continue
    pass()
    steps.push((reader) => skip(codec, reader))
  }
  pass()
  return (reader) => {
    for (const step of steps) step(reader)
  }
}
