import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Something on this machine that can run a workload. */
export interface EngineFacts {
  readonly name: 'docker-api' | 'runc' | 'crun' | 'bwrap' | 'unshare'
  /** path of the socket or program */
  readonly where: string
}

/** Engines in the order of probing (docs: container API, then runtimes, then namespaces). */
export function findEngines(environment: NodeJS.ProcessEnv = process.env): EngineFacts[] {
  const engines: EngineFacts[] = engineSockets(environment)
    .filter(isSocket)
    .map((where) => ({ name: 'docker-api', where }))
  for (const name of ['runc', 'crun', 'bwrap', 'unshare'] as const) {
    const where = findProgram(name, environment)
    if (where !== null) engines.push({ name, where })
  }
  return engines
}

/** Candidate sockets of the Docker/Podman API, best first; they need not exist. */
export function engineSockets(environment: NodeJS.ProcessEnv = process.env): string[] {
  const named = [environment['DOCKER_HOST'], environment['CONTAINER_HOST']]
    .filter((value) => value !== undefined)
    .filter((value) => value.startsWith('unix://'))
    .map((value) => value.slice('unix://'.length))
  const runtime = environment['XDG_RUNTIME_DIR']
  return [
    ...named,
    '/run/podman/podman.sock',
    ...(runtime === undefined ? [] : [join(runtime, 'podman/podman.sock')]),
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
  ]
}

/** Full path of a program on PATH or in the system folders; null when there is none. */
export function findProgram(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | null {
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, name)
    if (isExecutable(path)) return path
  }
  return null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false
}
