/** The HTTP and WebSocket door: authenticate, parse, limit, submit, serve queries. */
import fastifyCookie from '@fastify/cookie'
import fastifySwagger from '@fastify/swagger'
import { join } from 'node:path'
import { LogController, fastify, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { LIMITS } from '../messages/index.ts'
import { Telemetry, inlineKeeper } from '../telemetry/index.ts'
import { HEADER, type EndpointName, type Endpoint } from '../wire/index.ts'
import { SignatureCheck } from './auth/signature.ts'
import { Keys } from './auth/keys.ts'
import { Tokens } from './auth/tokens.ts'
import type { Caller } from './auth/caller.ts'
import { registerBodies } from './body.ts'
import { Beats } from './beats.ts'
import { LeaseMetrics } from './lease-metrics.ts'
import { countBreaches } from './breaches.ts'
import { ByteMeter } from './byte-meter.ts'
import { HardwareModels } from './catalogue/hardware.ts'
import { Catalog } from './catalog.ts'
import { registerErrors } from './errors.ts'
import { allHandlers } from './handlers/index.ts'
import { registerHealth } from './health.ts'
import { idBytes } from './id-bytes.ts'
import { LogStore } from './log-store.ts'
import { Metrics } from './metrics.ts'
import { MovedBytes } from './moved-bytes.ts'
import { Monitor } from './monitor/monitor.ts'
import { NodeContact } from './node-contact.ts'
import { Published } from './published/published.ts'
import { Rates } from './rates.ts'
import { lagCommands, lagSeconds } from './read-model-lag.ts'
import { registerEndpoints } from './register.ts'
import { DEFAULT_RATES, type ApiOptions, type Services } from './services.ts'
import { TUNNEL_LIMITS, Tunnels } from './tunnels/hub.ts'
import { registerWeb } from './web.ts'
import { Witnessing } from './witnessing.ts'
import { registerSocket } from './ws/register.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** null before admission and without a credential */
    caller: Caller | null
    /** sha256 hex of the body, read or said; null without a body */
    bodyDigest: string | null
  }
  interface FastifyContextConfig {
    endpoint?: EndpointName
    access?: Endpoint['access']
  }
}

const SOCKET_LOOK_MS = 20_000
/** Longer than a short program needs to start anywhere, shorter than half of the time between beats. */
const BEAT_MS = 5_000
const JSON_BYTES = 1_048_576
/** more than Node takes in all headers together */
const PARAM_BYTES = 65_536

export interface Api {
  readonly app: FastifyInstance
  /** every route that the server has */
  readonly routes: readonly { readonly method: string; readonly url: string }[]
  /** Listens and gives the address, `http://127.0.0.1:7826`. */
  listen(at: { host: string; port: number }): Promise<string>
  /** Tells sockets, ends requests under way, and closes. */
  close(): Promise<void>
}

/** Builds the door over an engine; nothing listens yet. */
export async function buildApi(options: ApiOptions): Promise<Api> {
  const app = fastify({
    ...(options.log === undefined || options.log === null
      ? { logger: false }
      : { loggerInstance: options.log }),
    genReqId: () => `req_${idBytes(9).toString('base64url')}`,
    requestIdHeader: false,
    bodyLimit: JSON_BYTES,
    // A busy machine takes as long as it takes.
    pluginTimeout: 0,
    exposeHeadRoutes: false,
    // An id of any length is answered by its handler, with NOT_FOUND as a problem document.
    routerOptions: { maxParamLength: PARAM_BYTES },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    // The dry run is an endpoint of its own; this is its short name.
    rewriteUrl: (request) =>
      request.method === 'POST' && request.url === '/v1/orders?validate=true'
        ? '/v1/orders/check'
        : (request.url ?? '/'),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  })
  const services = openServices(options, app.log)
  const routes: { method: string; url: string }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url })
  })
  app.decorateRequest('caller', null)
  app.decorateRequest('bodyDigest', null)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  registerBodies(app)
  registerErrors(app, services)
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header(HEADER.requestId, request.id)
    void reply.header('cache-control', 'no-store')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    services.metrics.request(route, reply.statusCode, reply.elapsedTime / 1_000)
    done()
  })
  await app.register(fastifyCookie)
  await app.register(fastifySwagger, { openapi: openApiHead(options.version), refResolver })
  await registerSocket(app, services)
  await app.register(async (scope) => {
    registerEndpoints(scope, services, allHandlers(services, app))
    registerHealth(scope, services)
  })
  await registerWeb(app, options.webRoot)
  const stopCounting = countBreaches(services.door, services.metrics)
  app.addHook('onClose', async () => {
    services.tunnels.close()
    stopCounting()
    services.contact.close()
    services.catalog.close()
    services.keys.close()
    await services.monitor.close()
    await services.bytes.close()
    await services.moved.close()
  })
  await services.monitor.start()
  return {
    app,
    routes,
    listen: async (at) => {
      const address = await app.listen(at)
      await services.contact.start()
      return address
    },
    close: () => app.close(),
  }
}

function openServices(options: ApiOptions, log: FastifyBaseLogger): Services {
  const { door, readModels, dataFolder } = options
  const nowUs = options.nowUs ?? (() => Date.now() * 1_000)
  const contactSeconds = options.contactSeconds ?? LIMITS.contactSeconds
  const keys = new Keys(door, nowUs)
  const metrics = new Metrics({
    seq: () => door.durableSeq(),
    lag: () => lagCommands({ door, readModels }),
    lagSeconds: () => lagSeconds({ door, readModels, nowUs }),
  })
  const moved = new MovedBytes(dataFolder)
  const limits = { ...TUNNEL_LIMITS, ...options.tunnelLimits }
  const contact = new NodeContact({ door, log, nowUs, graceMs: contactSeconds * 1_000 })
  const telemetry = new Telemetry({
    nowUs,
    open: options.keepSeries ?? inlineKeeper,
    onLost: (why) => log.error({ err: why }, 'the series of nodes are lost and begin anew'),
  })
  return {
    contactSeconds,
    objectQuotaBytes: LIMITS.objectQuotaBytes,
    socketLookMs: SOCKET_LOOK_MS,
    beatMs: BEAT_MS,
    ...options,
    rates: { ...DEFAULT_RATES, ...options.rates },
    nowUs,
    log,
    catalog: new Catalog(door),
    limiter: new Rates(nowUs),
    keys,
    tokens: Tokens.open(dataFolder),
    signatures: new SignatureCheck(nowUs),
    logs: new LogStore(join(dataFolder, 'logs'), LIMITS.logBytes),
    published: new Published(join(dataFolder, 'published')),
    hardware: new HardwareModels(),
    metrics,
    bytes: ByteMeter.open(dataFolder, {
      file: 'object-bytes.log',
      onBytes: (direction, bytes) => metrics.objectBytes(direction, bytes),
    }),
    moved,
    tunnels: new Tunnels({ door, keys, metrics, nowUs, limits, moved }),
    contact,
    beats: new Beats(options.beatMs ?? BEAT_MS, (node, answered) => contact.heard(node, answered)),
    leaseMetrics: new LeaseMetrics(nowUs),
    witnessing: new Witnessing(),
    monitor: new Monitor({ door, telemetry, nowUs }),
  }
}

const refResolver = { buildLocalReference: (json: { $id?: unknown }) => String(json.$id) }

function openApiHead(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Suan',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    components: {
      securitySchemes: { key: { type: 'http' as const, scheme: 'bearer' } },
    },
  }
}
