/** Container engines that answer on this machine: whose they are is told by their own word alone. */
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { engineSockets } from '../../src/agent/index.ts'

const TIMEOUT_MS = 10_000
/** What `.ci/engines` starts, and where an engine of the system is; SUAN_DOCKER_SOCKET comes first. */
const FURTHER = ['/run/suan-ci/docker.sock', '/run/docker.sock']

/** The socket of a Docker Engine or a Podman that answers, or why there is none. */
export async function findContainerEngine(
  kind: 'docker' | 'podman',
): Promise<{ readonly socket: string } | { readonly why: string }> {
  const named = process.env['SUAN_DOCKER_SOCKET']
  const paths = [...(named === undefined ? [] : [named]), ...engineSockets(), ...FURTHER]
  for (const socket of new Set(paths)) {
    if (existsSync(socket) && (await kindOf(socket)) === kind) return { socket }
  }
  return { why: `no ${kind} answers on a socket of this machine` }
}

async function kindOf(socket: string): Promise<'docker' | 'podman' | null> {
  const text = await get(socket, '/version')
  if (text === null) return null
  const { Components } = JSON.parse(text) as { Components?: readonly { Name: string }[] }
  return (Components ?? []).some(({ Name }) => /podman/i.test(Name)) ? 'podman' : 'docker'
}

/** Loads a tar in the form of `docker save`. */
export async function loadImage(socket: string, tar: Buffer): Promise<void> {
  if ((await ask(socket, 'POST', '/images/load', tar)) === null) {
    throw new Error(`${socket} does not take an image`)
  }
}

async function get(socket: string, path: string): Promise<string | null> {
  return ask(socket, 'GET', path)
}

/** The body of a good answer; null when nobody answers, or with an error. */
async function ask(
  socketPath: string,
  method: string,
  path: string,
  body?: Buffer,
): Promise<string | null> {
  const headers = body === undefined ? {} : { 'content-type': 'application/x-tar' }
  return new Promise((resolve) => {
    const options = { socketPath, method, path: `/v1.41${path}`, headers, timeout: TIMEOUT_MS }
    const call = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('end', () => resolve(response.statusCode === 200 ? text : null))
    })
    call.once('timeout', () => call.destroy())
    call.once('error', () => resolve(null))
    call.end(body)
  })
}
