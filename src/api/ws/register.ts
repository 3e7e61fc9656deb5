import fastifyWebsocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { WS_PATH } from '../../wire/index.ts'
import { callerOf } from '../auth/caller.ts'
import { languageOf, refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { Connection } from './connection.ts'

const PAYLOAD_BYTES = 1_048_576
/** 1012: the service restarts */
const CLOSE_RESTART = 1012

/** The WebSocket at /v1/ws. On shutdown every client is told before its socket is closed. */
export async function registerSocket(app: FastifyInstance, services: Services): Promise<void> {
  const alive = new Map<WebSocket, { connection: Connection; answered: boolean }>()
  await app.register(fastifyWebsocket, {
    options: { maxPayload: PAYLOAD_BYTES, perMessageDeflate: { threshold: 1_024 } },
    preClose: (done: () => void) => {
      for (const [socket, { connection }] of alive) {
        connection.notice('server_shutdown')
        socket.close(CLOSE_RESTART)
      }
      app.websocketServer.close(() => done())
    },
  })
  const timer = setInterval(() => {
    for (const [socket, state] of alive) {
      state.connection.check()
      // What a paused one answered is not read yet.
      if (socket.isPaused) continue
      if (!state.answered) {
        socket.terminate()
        continue
      }
      state.answered = false
      socket.ping()
    }
    services.tunnels.look()
  }, services.socketLookMs)
  timer.unref()
  const stopRevoked = services.keys.onRevoked((key) => {
    for (const { connection } of alive.values()) connection.revoked(key)
  })
  app.addHook('onClose', async () => {
    clearInterval(timer)
    stopRevoked()
  })
  await app.register(async (scope) => {
    const options = {
      websocket: true as const,
      schema: { hide: true },
      config: { access: 'public' as const },
      preValidation: async (request: FastifyRequest) => {
        request.caller = await callerOf(services, request)
        // A page of another site must not speak with this browser's session.
        const { origin, host } = request.headers
        const isForeign =
          origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)
        if (request.caller?.via === 'cookie' && isForeign) throw refused('FORBIDDEN')
      },
    }
    scope.get(WS_PATH, options, (socket, request) => {
      const connection = new Connection(services, socket, {
        key: request.caller?.key ?? null,
        language: languageOf(request.headers['accept-language']),
        pipe: request.socket,
      })
      const state = { connection, answered: true }
      alive.set(socket, state)
      services.metrics.wsClients.set(alive.size)
      socket.on('pong', () => {
        state.answered = true
      })
      socket.on('close', () => {
        alive.delete(socket)
        services.metrics.wsClients.set(alive.size)
      })
    })
  })
}
