/** How request bodies are read: JSON whole and hashed for signatures, other bytes as a stream. */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { HEADER } from '../wire/index.ts'

/** Registers the parsers. `request.bodyDigest` is then what a signature must cover. */
export function registerBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    request.bodyDigest = createHash('sha256').update(body).digest('hex')
    if (body.length === 0) return done(null, undefined)
    return parseJson(request, body.toString('utf8'), done)
  })
  // A stream is not read yet: the signature covers the digest that the caller says, and what
  // arrives is compared with it when it is stored.
  app.addContentTypeParser('application/octet-stream', (request, payload, done) => {
    const said = request.headers[HEADER.bodyDigest]
    if (typeof said === 'string') request.bodyDigest = said
    done(null, payload)
  })
}
