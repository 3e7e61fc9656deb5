/** /livez, /readyz, /metrics: for those who run the exchange. */
import type { FastifyInstance } from 'fastify'
import { allMetrics } from './metrics-text.ts'
import { lagCommands } from './read-model-lag.ts'
import type { Services } from './services.ts'

const TAGS = { schema: { hide: true } } as const

/** livez: the event loop turns. readyz: the engine answers; history may be rebuilding. */
export function registerHealth(app: FastifyInstance, services: Services): void {
  app.get('/livez', TAGS, async () => ({ status: 'ok' }))
  app.get('/readyz', TAGS, async (_request, reply) => {
    const { door, readModels } = services
    const status = await door.ask('status', {})
    const lag = lagCommands(services)
    const body = {
      status: 'ok',
      seq: status.seq,
      checks: {
        engine: 'ok',
        read_models: readModels.rebuilding() ? 'rebuilding' : 'ok',
        read_model_lag: lag,
      },
    }
    return reply.send(body)
  })
  app.get('/metrics', TAGS, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(await allMetrics(services)),
  )
}
