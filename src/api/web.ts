/** Serves the built page, with a policy that lets it load nothing from elsewhere. */
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { refuse } from '../messages/index.ts'
import { sendProblem } from './errors.ts'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Files of `root`, null for none; every other path that is not the API's gives the page, which has
 * its own routes. What is nowhere is a problem document.
 */
export async function registerWeb(app: FastifyInstance, root: string | null): Promise<void> {
  if (root !== null) await registerFiles(app, root)
  app.setNotFoundHandler((request, reply) => {
    const isPage = root !== null && request.method === 'GET' && !request.url.startsWith('/v1/')
    if (isPage && String(request.headers.accept).includes('text/html')) {
      return reply.sendFile('index.html')
    }
    return sendProblem(request, reply, refuse('NOT_FOUND', { what: 'path', id: request.url }))
  })
}

async function registerFiles(app: FastifyInstance, root: string): Promise<void> {
  await app.register(fastifyStatic, {
    root,
    cacheControl: false,
    setHeaders: (reply, path) => {
      void reply.header('content-security-policy', POLICY)
      void reply.header('x-content-type-options', 'nosniff')
      void reply.header('referrer-policy', 'no-referrer')
      const isHashed = /[/\\]assets[/\\]/.test(path)
      void reply.header(
        'cache-control',
        isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
}
