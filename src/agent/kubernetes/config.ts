import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { Fault } from '../../messages/index.ts'
import { bytesOf, credentialsOf, type Credentials, type User } from './credentials.ts'

/** Where a cluster is described: what a plan on disk says, never the secrets themselves. */
export interface ClusterRef {
  /** path of a kubeconfig; null for the service account of the pod that the daemon runs in */
  readonly config: string | null
  /** a context of it; null is its current one */
  readonly context: string | null
}

/** How to reach a cluster. */
export interface Access {
  readonly server: string
  readonly ca: Buffer | null
  readonly insecure: boolean
  /** name that the server's certificate is checked against, where it is not the host's */
  readonly serverName: string | null
  /** asked for again when the server no longer takes what it gave */
  readonly credentials: () => Promise<Credentials>
}

interface Named {
  readonly name: string
}
interface ConfigCluster {
  readonly server?: string
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'tls-server-name'?: string
}
interface Config {
  readonly 'current-context'?: string
  readonly contexts?: readonly (Named & { readonly context: { cluster: string; user: string } })[]
  readonly clusters?: readonly (Named & { readonly cluster: ConfigCluster })[]
  readonly users?: readonly (Named & { readonly user: User })[]
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The kubeconfig that kubectl would use; null inside a pod that has a service account instead. */
export function usualConfig(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment['SUAN_KUBECONFIG'] ?? environment['KUBECONFIG']?.split(':')[0]
  if (named !== undefined && named !== '') return resolve(named)
  const usual = join(homedir(), '.kube', 'config')
  return !existsSync(usual) && existsSync(join(SERVICE_ACCOUNT, 'token')) ? null : usual
}

/** Reads how to reach a cluster. Throws Fault ENGINE_UNREACHABLE for what cannot be understood. */
export function accessOf({ config, context }: ClusterRef): Access {
  return config === null ? ownAccess() : accessFrom(readConfig(config), dirname(config), context)
}

function readConfig(path: string): Config {
  try {
    return (parse(readFileSync(path, 'utf8')) ?? {}) as Config
  } catch (cause) {
    throw unusable(`${path} cannot be read`, cause)
  }
}

function accessFrom(config: Config, folder: string, wanted: string | null): Access {
  const name = wanted ?? config['current-context'] ?? ''
  const context = config.contexts?.find((each) => each.name === name)?.context
  const cluster = config.clusters?.find((each) => each.name === context?.cluster)?.cluster
  const user = config.users?.find((each) => each.name === context?.user)?.user ?? {}
  if (cluster?.server === undefined) throw unusable(`there is no context ${name}`)
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ca: bytesOf(cluster['certificate-authority-data'], cluster['certificate-authority'], folder),
    insecure: cluster['insecure-skip-tls-verify'] === true,
    serverName: cluster['tls-server-name'] ?? null,
    credentials: () => credentialsOf(user, folder),
  }
}

/** Inside a pod: its service account; the token is read again each time, for it is renewed. */
function ownAccess(): Access {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env
  if (host === undefined) throw unusable('this is no pod, and no kubeconfig is named')
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: readFileSync(join(SERVICE_ACCOUNT, 'ca.crt')),
    insecure: false,
    serverName: null,
    credentials: () => credentialsOf({ tokenFile: join(SERVICE_ACCOUNT, 'token') }, '/'),
  }
}

function unusable(why: string, cause?: unknown): Fault {
  const told = new Error(`kubeconfig: ${why}`, { cause })
  return new Fault('ENGINE_UNREACHABLE', { cause: told, retryable: false })
}
