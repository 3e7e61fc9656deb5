/** An API server of Kubernetes in this process, with nodes that run pods as processes of this machine. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveExec, servePort } from './exec.ts'
import { Objects, type Stored } from './objects.ts'
import { FakePod, type PodSpec } from './pod.ts'

const NODES = '/api/v1/nodes'
const SUMMARY = /^\/api\/v1\/nodes\/([^/]+)\/proxy\/stats\/summary$/
const LOG = /^(\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+)\/log$/
const INSIDE = /^(\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+)\/(exec|portforward)$/
const POD = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/[^/]+$/
/** Paths with an even number of words after the group are collections. */
const OBJECT = /^\/api\/v1\/(?:nodes|namespaces)\/[^/]+(?:\/[^/]+\/[^/]+)?$/

/** A node with this label can pull no image. */
export const NO_IMAGES = 'fake/no-images'

/** A call that the server has taken: what rights it needs is told by these. */
export interface Taken {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'delete'
  readonly path: string
}

export class FakeKubernetes {
  readonly folder = mkdtempSync(join(tmpdir(), 'suan-fake-kubernetes-'))
  readonly taken: Taken[] = []
  readonly #objects = new Objects()
  readonly #pods = new Map<string, FakePod>()
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
    this.#server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake')
      const [, path = '', subresource] = INSIDE.exec(pathname) ?? []
      const pod = this.#pods.get(path)
      this.taken.push({ verb: 'get', path: pathname })
      const serve = subresource === 'exec' ? serveExec : servePort
      if (pod === undefined || !serve(pod, searchParams, request, socket, head)) {
        socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
      }
    })
  }

  static async start(): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes()
    fake.#server.listen(0, '127.0.0.1')
    await once(fake.#server, 'listening')
    const { port } = fake.#server.address() as AddressInfo
    const config = {
      'current-context': 'fake',
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
      clusters: [{ name: 'fake', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'fake', user: { token: 'fake' } }],
    }
    writeFileSync(fake.config, JSON.stringify(config))
    return fake
  }

  /** A kubeconfig: JSON is YAML. */
  get config(): string {
    return join(this.folder, 'config')
  }

  async stop(): Promise<void> {
    for (const pod of this.#pods.values()) pod.remove()
    this.#server.close()
    this.#server.closeAllConnections()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A node that is ready, or what is said of one that is there. */
  node(name: string, labels: Readonly<Record<string, string>> = {}, spec: object = {}): void {
    this.#objects.put(`${NODES}/${name}`, {
      metadata: { name, labels },
      spec: { ...spec },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        allocatable: { cpu: '2', memory: '4Gi' },
        images: [],
        nodeInfo: { bootID: `boot of ${name}` },
      },
    })
  }

  /** The node is gone, as after `kubectl delete node`; its pods with it. */
  removeNode(name: string): void {
    this.#objects.delete(`${NODES}/${name}`)
    for (const [path] of this.#pods) if (this.#nodeOf(path) === name) this.#removePod(path)
  }

  /** Pods that run a program of a lease now, by the node they run on. */
  running(): string[] {
    return [...this.#pods]
      .filter(([path, pod]) => /-\d+-[1-9]\d*$/.test(path) && !pod.hasEnded)
      .map(([path]) => this.#nodeOf(path))
      .sort()
  }

  #nodeOf(path: string): string {
    const { spec } = this.#objects.get(path) ?? {}
    return String(spec?.['nodeName'])
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://fake')
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const text = Buffer.concat(parts).toString()
    if (request.method === 'POST') return this.#create(path, JSON.parse(text) as Stored, response)
    if (request.method === 'DELETE') return this.#delete(path, query, response)
    if (path === '/version') return json(response, { gitVersion: 'v1.20.2-fake' })
    const log = this.#pods.get(LOG.exec(path)?.[1] ?? '')
    const node = SUMMARY.exec(path)?.[1]
    if (log !== undefined || node !== undefined) this.taken.push({ verb: 'get', path })
    if (log !== undefined) return sendLog(log, query.get('follow') === 'true', response)
    if (node !== undefined) return json(response, this.#summary(node))
    if (OBJECT.test(path) || LOG.test(path)) {
      this.taken.push({ verb: 'get', path })
      const found = this.#objects.get(path)
      return found === undefined ? missing(response) : json(response, found)
    }
    const by = {
      labels: query.get('labelSelector') ?? '',
      fields: query.get('fieldSelector') ?? '',
    }
    const isWatch = query.get('watch') === 'true'
    this.taken.push({ verb: isWatch ? 'watch' : 'list', path })
    if (/[^\w./!=,-]/.test(by.labels)) return problem(response, 400, 'BadRequest', 'no selector')
    if (!isWatch) {
      const metadata = { resourceVersion: this.#objects.version }
      return json(response, { metadata, items: this.#objects.list(path, by) })
    }
    // What happened between list and watch is in the version that is asked for.
    if (query.get('resourceVersion') !== this.#objects.version) {
      return json(response, { type: 'ERROR', object: { code: 410 } })
    }
    response.writeHead(200).flushHeaders()
    const end = this.#objects.watch(path, by, (type, object) => {
      response.write(`${JSON.stringify({ type, object })}\n`)
    })
    response.once('close', end)
  }

  #create(collection: string, body: Stored, response: ServerResponse): void {
    this.taken.push({ verb: 'create', path: collection })
    const path = `${collection}/${body.metadata.name}`
    if (this.#objects.get(path) !== undefined) {
      return problem(response, 409, 'AlreadyExists', 'already exists')
    }
    const namespace = /^\/api.*\/namespaces\/([^/]+)\//.exec(path)?.[1]
    if (namespace !== undefined && this.#objects.get(namespacePath(namespace)) === undefined) {
      return missing(response)
    }
    const isQuota = collection.endsWith('/resourcequotas')
    this.#objects.put(path, isQuota ? { ...body, status: { hard: body.spec?.['hard'] } } : body)
    if (POD.test(path)) this.#schedule(path)
    json(response, this.#objects.get(path))
  }

  /** Onto the node that its affinity names, if that takes pods. */
  #schedule(path: string): void {
    const pod = this.#objects.get(path)
    if (pod === undefined) return
    const nodeName = /"metadata.name","operator":"In","values":\["([^"]+)"/.exec(
      JSON.stringify(pod.spec),
    )?.[1]
    const node = this.#objects.get(`${NODES}/${nodeName}`)
    const isPlaced = JSON.stringify(pod.spec?.['tolerations'] ?? []).includes('unschedulable')
    const isClosed = node?.spec?.['unschedulable'] === true && !isPlaced
    if (nodeName === undefined || node === undefined || isClosed) {
      const conditions = [{ type: 'PodScheduled', status: 'False', message: 'no node' }]
      return this.#objects.put(path, { ...pod, status: { phase: 'Pending', conditions } })
    }
    const spec = { ...pod.spec, nodeName }
    if (node.metadata.labels?.[NO_IMAGES] !== undefined) {
      const state = { waiting: { reason: 'ImagePullBackOff', message: 'no registry' } }
      const status = { phase: 'Pending', containerStatuses: [{ name: 'main', state }] }
      return this.#objects.put(path, { ...pod, spec, status })
    }
    const secret = this.#objects.get(path.replace('/pods/', '/secrets/'))?.data ?? {}
    const running = new FakePod(spec as unknown as PodSpec, secret, (status) => {
      const now = this.#objects.get(path)
      if (now !== undefined) this.#objects.put(path, { ...now, spec, status })
    })
    this.#pods.set(path, running)
    void running.run()
  }

  #delete(path: string, query: URLSearchParams, response: ServerResponse): void {
    this.taken.push({ verb: 'delete', path })
    const found = this.#objects.get(path)
    if (found === undefined) return missing(response)
    const pod = this.#pods.get(path)
    json(response, { status: 'Success' })
    if (pod !== undefined && !pod.hasEnded) {
      const seconds = Number(query.get('gracePeriodSeconds') ?? 10)
      const metadata = {
        ...found.metadata,
        deletionTimestamp: new Date(Date.now() + seconds * 1_000).toISOString(),
        deletionGracePeriodSeconds: seconds,
      }
      this.#objects.put(path, { ...found, metadata })
      pod.signal('SIGTERM')
      setTimeout(() => this.#removePod(path), seconds * 1_000).unref()
      return
    }
    for (const each of [path, ...this.#objects.below(path)]) this.#removePod(each)
  }

  #removePod(path: string): void {
    this.#pods.get(path)?.remove()
    this.#pods.delete(path)
    this.#objects.delete(path)
  }

  /** What the kubelet of a node counts of its pods. */
  #summary(node: string): object {
    const pods = [...this.#pods].flatMap(([path, pod]) => {
      const namespace = POD.exec(path)?.[1]
      if (this.#nodeOf(path) !== node || pod.hasEnded) return []
      const container = {
        name: 'main',
        cpu: { usageCoreNanoSeconds: pod.cpuMs() * 1_000_000 },
        memory: { workingSetBytes: 1 << 20 },
      }
      return [{ podRef: { name: path.split('/').at(-1), namespace }, containers: [container] }]
    })
    return { pods }
  }
}

function namespacePath(name: string): string {
  return `/api/v1/namespaces/${name}`
}

function sendLog(pod: FakePod, isFollowed: boolean, response: ServerResponse): void {
  let sent = 0
  response.writeHead(200).flushHeaders()
  const send = (): void => {
    const more = pod.log(sent)
    sent += more.length
    if (more.length > 0) response.write(more)
    if (!isFollowed || pod.hasEnded) response.end()
  }
  const end = pod.follow(send)
  response.once('close', end)
  send()
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
}

function problem(response: ServerResponse, code: number, reason: string, message: string): void {
  const status = { kind: 'Status', status: 'Failure', code, reason, message }
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status))
}

function missing(response: ServerResponse): void {
  problem(response, 404, 'NotFound', 'not found')
}
