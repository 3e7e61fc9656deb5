/** Every error that leaves the server is a problem document. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Fault, refuse, type Refusal } from '../messages/index.ts'
import {
  Refused,
  languageOf,
  problemOf,
  refusalOfFault,
  type FieldError,
  type ProblemContext,
} from './problem.ts'
import type { Services } from './services.ts'

const RETRY_AFTER_SECONDS = '1'

/** What a problem document says of its request. */
export function contextOf(request: FastifyRequest): ProblemContext {
  return {
    requestId: request.id,
    instance: request.originalUrl.split('?')[0] ?? '/',
    language: languageOf(request.headers['accept-language']),
  }
}

export function registerErrors(app: FastifyInstance, services: Services): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const explained = explain(error, request, services)
    return sendProblem(request, reply, explained.refusal, explained)
  })
}

/** Answers with the problem document of a refusal. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  more: { seq?: number | null; errors?: readonly FieldError[] } = {},
): FastifyReply {
  const problem = problemOf(refusal, contextOf(request), more)
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="suan"')
  if (problem.status === 503 && !reply.hasHeader('retry-after')) {
    void reply.header('retry-after', RETRY_AFTER_SECONDS)
  }
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problem))
}

interface Explained {
  readonly refusal: Refusal
  readonly seq?: number | null
  readonly errors?: readonly FieldError[]
}

function explain(error: FastifyError, request: FastifyRequest, services: Services): Explained {
  if (error instanceof Refused) return error
  if (error.validation !== undefined) {
    return { refusal: refuse('MALFORMED'), errors: error.validation.map(fieldError) }
  }
  if (error instanceof Fault) {
    const refusal = refusalOfFault(error)
    // Only here is it seen why: a member is told that it cannot be used, not how it is kept.
    if (error.code === 'OBJECTS_UNAVAILABLE') services.log.warn({ err: error }, 'object store')
    if (refusal !== null) return { refusal }
  }
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) {
    const message = error.message
    return { refusal: refuse('MALFORMED'), errors: [{ field: '', code: error.code, message }] }
  }
  services.log.error({ err: error, requestId: request.id }, 'a request failed')
  return { refusal: refuse('INTERNAL', { id: request.id }) }
}

function fieldError(one: NonNullable<FastifyError['validation']>[number]): FieldError {
  const { params, instancePath, keyword, message = '' } = one
  const named = params['missingProperty'] ?? params['additionalProperty']
  const path = instancePath.split('/').filter((part) => part !== '')
  const field = [...path, ...(typeof named === 'string' ? [named] : [])].join('.')
  return { field, code: keyword, message }
}
