/** The shortest way to a first line by each engine alone: what our drivers are measured against. */
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { SAMPLE_NAME } from '../test/conformance/bench.ts'

const LINE = ['echo', 'line'] as const

/** Starts the same line once, in a folder of its own; milliseconds from the call to its first byte. */
export type Bare = (folder: string, round: number) => Promise<number>

/** By engine of the conformance suite; `socket` is where a container engine answers. */
export function bareOf(engine: string, socket: string | null): Bare | null {
  if (socket !== null) return (_folder, round) => container(socket, round)
  if (engine === 'oci-runc') return (folder) => bundled('runc', [], folder)
  if (engine === 'oci-gvisor')
    return (folder) =>
      bundled('runsc', ['--platform=ptrace', '--network=none', '--ignore-cgroups'], folder)
  const wrap = WRAPS[engine]
  return wrap === undefined ? null : () => firstByte([...wrap, ...LINE])
}

const WRAPS: Readonly<Record<string, readonly string[]>> = {
  'oci-bwrap': 'bwrap --ro-bind / / --proc /proc --dev /dev --unshare-all'.split(' '),
  'oci-unshare': 'unshare --mount --pid --net --ipc --uts --fork --kill-child'.split(' '),
  process: [],
  'process-polled': [],
}

/** From the spawn to the first byte of output; resolves when the program has ended. */
async function firstByte(argv: readonly string[], cwd?: string): Promise<number> {
  const [program = '', ...args] = argv
  const from = performance.now()
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  let tookMs = Number.NaN
  child.stdout.once('data', () => (tookMs = performance.now() - from))
  await new Promise((resolve) => child.once('close', resolve))
  return tookMs
}

/** A runtime by itself, with the machine's own programs bound. */
async function bundled(program: string, options: string[], folder: string): Promise<number> {
  const bundle = join(folder, 'bare')
  mkdirSync(join(bundle, 'root'), { recursive: true })
  const bind = (path: string) => ({
    destination: path,
    type: 'bind',
    source: path,
    options: ['rbind', 'ro'],
  })
  const config = {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: LINE, env: ['PATH=/usr/bin'], cwd: '/' },
    root: { path: 'root', readonly: true },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }, ...LIBRARIES.map(bind)],
    linux: { namespaces: ['pid', 'mount', 'network', 'ipc', 'uts'].map((type) => ({ type })) },
  }
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config))
  const state = ['--root', join(bundle, 'state')]
  const name = `bare-${process.pid}`
  const tookMs = await firstByte([program, ...state, ...options, 'run', name], bundle)
  rmSync(bundle, { recursive: true })
  return tookMs
}

const LIBRARIES = ['/usr', '/lib', '/lib64']

/** Create, start and follow the log: the least that the Docker API asks for. */
async function container(socketPath: string, round: number): Promise<number> {
  const name = `suan-bare-${process.pid}-${round}`
  const call = async (method: string, path: string, body?: unknown): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' }
      const sent = request({ socketPath, method, path: `/v1.41${path}`, headers }, (response) => {
        // The first piece of the log is what is waited for; other answers are read to their end.
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => {
          parts.push(part)
          if (path.includes('/logs')) resolve(part)
        })
        response.once('end', () => resolve(Buffer.concat(parts)))
      })
      sent.once('error', reject)
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  const from = performance.now()
  await call('POST', `/containers/create?name=${name}`, {
    Image: SAMPLE_NAME,
    Entrypoint: ['/sh', '-c', 'echo line'],
    HostConfig: { NetworkMode: 'none' },
  })
  await call('POST', `/containers/${name}/start`)
  await call('GET', `/containers/${name}/logs?follow=true&stdout=true`)
  const tookMs = performance.now() - from
  await call('DELETE', `/containers/${name}?force=true`)
  return tookMs
}
