import type { IncomingMessage } from 'node:http'
import { StringDecoder } from 'node:string_decoder'
import { Fault } from '../../messages/index.ts'

/** The whole of an answer. Rejects with Fault ENGINE_UNREACHABLE when it breaks off. */
export async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of chunksOf(response)) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** The lines of an answer that may go on for ever; an unfinished last one is dropped. */
export async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const part of chunksOf(response)) {
    const lines = (rest + decoder.write(part)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line !== '')
  }
}

/** The bytes of an answer as they come. Rejects with Fault ENGINE_UNREACHABLE when it breaks off. */
export async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const part of response) yield part as Buffer
  } catch (cause) {
    throw new Fault('ENGINE_UNREACHABLE', { cause })
  } finally {
    response.destroy()
  }
}
