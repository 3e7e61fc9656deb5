/** How request bodies are read: JSON whole and hashed for signatures, other bytes as a stream. */
import { hash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { HEADER } from '../wire/index.ts'
import { malformed, type Refused } from './problem.ts'

/**
 * The fault of JSON that has half a character in it (RFC 7493 section 2.1), which no text of ours can
 * hold; null when there is none. `value` is what `text` parsed to.
 */
export function illFormed(text: string, value: unknown): Refused | null {
  // Only an escape can be half a character, and only such a half is written as an escape again.
  if (!/\\u[dD]/.test(text)) return null
  const isHalf = /(?<!\\)(?:\\\\)*\\ud/.test(JSON.stringify(value))
  return isHalf ? malformed({ field: '', code: 'json', message: 'half a character' }) : null
}

/** Registers the parsers. `request.bodyDigest` is then what a signature must cover. */
export function registerBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // Only a signature covers it.
    if (request.headers[HEADER.key] !== undefined) request.bodyDigest = hash('sha256', body)
    if (body.length === 0) return done(null, undefined)
    const text = body.toString('utf8')
    return parseJson(request, text, (error: Error | null, value?: unknown) => {
      done(error ?? illFormed(text, value), value)
    })
  })
  // A stream is not read yet: the signature covers the digest that the caller says, and what
  // arrives is compared with it when it is stored.
  app.addContentTypeParser('application/octet-stream', (request, payload, done) => {
    const said = request.headers[HEADER.bodyDigest]
    if (typeof said === 'string') request.bodyDigest = said
    done(null, payload)
  })
}
