// Runs `suan` in this process, against a fake exchange that answers from a table of routes.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suan, type Host } from '../../src/cli/index.ts'
import { testFolder } from '../support/test-folder.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** a terminal on all three streams; its user answers this to every question */
  readonly answer?: boolean
  readonly stdin?: string
  readonly cwd?: string
  readonly secret?: string
  /** Ctrl-C once this has come to pass; true: as soon as a command listens for it */
  readonly interrupted?: Promise<unknown> | true
  /** keys that are pressed as soon as a command listens */
  readonly keys?: readonly string[]
}

/** Runs one command line and gives its exit code and what it wrote. */
export async function runCli(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const folder = options.cwd ?? testFolder('suan-cli-')
  const written = { stdout: '', stderr: '' }
  const isTty = options.answer !== undefined
  const sink = (name: 'stdout' | 'stderr'): Host['stdout'] => ({
    write: (text) => {
      written[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8')
    },
    isTty,
    columns: isTty ? 120 : null,
    rows: isTty ? 24 : null,
  })
  const host: Host = {
    env: { NO_COLOR: '1', ...options.env },
    cwd: folder,
    home: folder,
    launcher: folder,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    stdin: { isTty, text: async () => options.stdin ?? '' },
    bytes: {
      input: async function* () {
        if (options.stdin !== undefined) yield Buffer.from(options.stdin)
      },
      stopInput: () => {},
      put: async (to, bytes) => sink(to).write(bytes),
      terminal: null,
    },
    confirm: async (question) => {
      written.stderr += `${question}\n`
      return options.answer ?? false
    },
    secret: async () => options.secret ?? null,
    nowMs: () => Date.now(),
    fetch: (input, init) => globalThis.fetch(input, init),
    exit: () => {},
    onInterrupt: (interrupted) => {
      if (options.interrupted === true) setImmediate(interrupted)
      else void options.interrupted?.then(interrupted, interrupted)
      return () => {}
    },
    onKey: (pressed) => {
      for (const key of options.keys ?? []) pressed(key)
      return () => {}
    },
  }
  const code = await suan(argv, host)
  return { code, ...written }
}

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}
/** status, body, further headers */
export type Answer = readonly [number, object, Readonly<Record<string, string>>?]
export type Routes = Readonly<Record<string, (request: Received) => object | Answer>>

export interface FakeExchange {
  readonly url: string
  readonly received: Received[]
  readonly close: () => Promise<void>
}

/** An HTTP server for tests: `{'GET /v1/status': () => ({…})}`; an array is status, body and headers. */
export async function fakeExchange(routes: Routes): Promise<FakeExchange> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void respond(request, response)
  })
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? ''
    const method = request.method ?? ''
    const one = { method, path, headers: request.headers, body: await bodyOf(request) }
    received.push(one)
    const route = routes[`${method} ${path.split('?')[0]}`]
    const answer = route?.(one) ?? [404, { code: 'NOT_FOUND', detail: path, request_id: 'r' }]
    const [status, sent, headers = {}] = isAnswer(answer) ? answer : ([200, answer] as const)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(sent))
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, received, close: () => closed(server) }
}

function isAnswer(answer: object): answer is Answer {
  return Array.isArray(answer)
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString('utf8')
  if (request.headers['content-type'] !== 'application/json') return text
  return JSON.parse(text)
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done())
    server.closeAllConnections()
  })
}
