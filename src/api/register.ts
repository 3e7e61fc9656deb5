/** Puts every endpoint of the table on the server, with its schemas and its handler. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { Readable } from 'node:stream'
import { Value } from 'typebox/value'
import {
  BYTES,
  ENDPOINTS,
  HEADER,
  Problem,
  type Endpoint,
  type EndpointName,
} from '../wire/index.ts'
import { Object as Shape, String as Text } from 'typebox'
import { callerOf, mustScope, type Caller } from './auth/caller.ts'
import { commandIdOf } from './command-id.ts'
import type { ByteBody, Bytes, Handlers } from './handler.ts'
import { languageOf, refused } from './problem.ts'
import type { Services } from './services.ts'

type AnyHandler = (incoming: Record<string, unknown>) => Promise<unknown>

/** Registers all endpoints. A path parameter is text here; handlers say NOT_FOUND of a bad id. */
export function registerEndpoints(
  app: FastifyInstance,
  services: Services,
  handlers: Handlers,
): void {
  for (const [name, endpoint] of Object.entries(ENDPOINTS) as [EndpointName, Endpoint][]) {
    const handler = handlers[name] as unknown as AnyHandler
    app.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      schema: schemaOf(name, endpoint),
      config: { endpoint: name, access: endpoint.access },
      preValidation: async (request, reply) => {
        request.caller = await admit(services, endpoint, { request, reply })
        if (endpoint.query !== null && request.originalUrl.includes('?')) {
          request.query = Value.Convert(endpoint.query, { ...(request.query as object) })
        }
      },
      handler: async (request, reply) => {
        const answer = await handler({
          caller: request.caller,
          params: request.params,
          query: request.query,
          body: endpoint.body === BYTES ? byteBody(request) : request.body,
          commandId: commandIdOf(services, keyOf(request), 'Idempotency-Key'),
          language: languageOf(request.headers['accept-language']),
          request,
          reply,
        })
        return endpoint.response === BYTES ? sendBytes(reply, answer as Bytes) : answer
      },
    })
  }
}

/** Finds the caller, takes the request from its rate, and checks the scope. */
async function admit(
  services: Services,
  endpoint: Endpoint,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<Caller | null> {
  const takeFromAddress = () =>
    services.limiter.take(`address ${request.ip}`, services.rates.address, reply)
  const caller = await callerOf(services, request).catch((error: unknown) => {
    takeFromAddress()
    throw error
  })
  if (caller === null) takeFromAddress()
  else services.limiter.take(`key ${caller.key.key}`, services.rates.key, reply)
  const { access } = endpoint
  if (access === 'public') return caller
  if (caller === null) throw refused('UNAUTHENTICATED')
  if (access !== 'key') mustScope(caller.key, access)
  return caller
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const given = headers[HEADER.idempotencyKey]
  return given === undefined ? undefined : String(given)
}

function byteBody(request: FastifyRequest): ByteBody {
  const { body } = request
  const chunks = body instanceof Readable ? body : Readable.from([])
  const length = request.headers['content-length']
  return {
    chunks,
    digest: request.bodyDigest,
    length: length === undefined ? null : Number(length),
  }
}

function sendBytes(reply: FastifyReply, { type, size, chunks, ranges }: Bytes): FastifyReply {
  void reply.type(type)
  // Bytes of a member are never to be taken for a page of ours.
  void reply.header('x-content-type-options', 'nosniff')
  void reply.header('content-disposition', 'attachment')
  if (size !== null) void reply.header('content-length', size)
  if (ranges !== undefined) {
    const { total, part } = ranges
    void reply.header('accept-ranges', 'bytes')
    if (part !== null) {
      void reply.code(206).header('content-range', `bytes ${part.from}-${part.to - 1}/${total}`)
    }
  }
  return reply.send(Readable.from(chunks, { objectMode: false }))
}

function schemaOf(name: EndpointName, endpoint: Endpoint): FastifySchema {
  const { method, path, access, tag, summary, query, body, response } = endpoint
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  const isBytes = response === BYTES || response === null
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(access === 'public' ? {} : { security: [{ key: access === 'key' ? [] : [access] }] }),
    ...(names.length === 0
      ? {}
      : { params: Shape(Object.fromEntries(names.map((param) => [param, Text()]))) }),
    ...(query === null ? {} : { querystring: query }),
    ...(body === null || body === BYTES ? {} : { body }),
    ...(body === BYTES ? { consumes: ['application/octet-stream'] } : {}),
    ...(method === 'GET' && response === BYTES ? { produces: ['application/octet-stream'] } : {}),
    response: {
      200: isBytes ? { description: 'bytes', type: 'string', format: 'binary' } : response,
      default: { ...Problem, description: 'Problem document (RFC 9457)' },
    },
  }
}
