/** A Kubernetes for tests: the one that the environment names, or the small one of ../shared/tools. */
import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { KubernetesOptions } from '../../src/agent/index.ts'
import { claim, runScript } from './cluster-scripts.ts'

/** A cluster to test with; `begin` brings it up where that is ours to do. */
export interface TestKubernetes {
  readonly version: string
  readonly begin: () => Promise<KubernetesOptions>
  readonly end: () => Promise<void>
  /** loads an image, as `docker save` writes it, into its engine; only where that is within reach */
  readonly load?: (tar: Buffer, name: string) => Promise<void>
}

/** What a cluster that is started here needs of Debian's packages. */
const PROGRAMS = ['etcd', 'containerd', 'ctr', 'runc', 'kubectl', 'zstd', 'openssl', 'bc', 'curl']
const PLUGINS = '/usr/lib/cni/bridge'
const FOLDER = '/tmp/suan-kubernetes-test'
/** The servers, unpacked once. */
const PROGRAMS_FOLDER = '/tmp/suan-kubernetes-programs'
const LOCK = `${FOLDER}.lock`
/** busybox, loaded by the script that brings the cluster up */
const COURIER = 'localhost/bb:2'
const run = promisify(execFile)
/** How often a cluster is brought up before that is a failure, and how much of a log is shown. */
const [TRIES, SAID] = [3, 4_000]

/**
 * Quick; starts nothing. SUAN_KUBECONFIG names a cluster's kubeconfig, SUAN_KUBE_NODE its node and
 * SUAN_KUBE_COURIER an image with busybox or its like; SUAN_KUBE_CONTAINERD is the socket of its engine,
 * where that is within reach.
 */
export function findKubernetes(
  environment = process.env,
): TestKubernetes | { readonly why: string } {
  const config = environment['SUAN_KUBECONFIG'] ?? ''
  if (config !== '') {
    const options: KubernetesOptions = {
      cluster: { config: resolve(config), context: null },
      node: environment['SUAN_KUBE_NODE'] ?? hostname(),
      courier: environment['SUAN_KUBE_COURIER'] ?? COURIER,
    }
    const socket = environment['SUAN_KUBE_CONTAINERD'] ?? ''
    const load = socket === '' ? {} : { load: loadInto(socket) }
    return { version: `by ${config}`, begin: async () => options, end: async () => {}, ...load }
  }
  const tools = join(environment['SUAN_TOOLS'] ?? resolve('..', 'shared', 'tools'), 'kubernetes')
  if (!existsSync(join(tools, 'up.sh'))) return { why: `SUAN_KUBECONFIG is not set, no ${tools}` }
  const missing = PROGRAMS.filter(
    (name) => !['/usr/local/bin', '/usr/sbin', '/usr/bin'].some((at) => existsSync(join(at, name))),
  )
  if (!existsSync(PLUGINS)) missing.push(PLUGINS)
  if (missing.length > 0) return { why: `not installed: ${missing.join(', ')}` }
  if (process.getuid?.() !== 0) return { why: 'only root can bring up a cluster of its own' }
  return {
    version: 'Kubernetes 1.20.2',
    begin: () => start(tools),
    end: async () => stop(tools),
    load: loadInto(join(FOLDER, 'containerd.sock')),
  }
}

/** With its digest as a name, as an image has that was pulled. */
function loadInto(socket: string): NonNullable<TestKubernetes['load']> {
  return async (tar, name) => {
    const folder = mkdtempSync(join(tmpdir(), 'suan-image-'))
    try {
      const file = join(folder, 'image.tar')
      writeFileSync(file, tar)
      const names = ['--digests', '--base-name', name.replace(/:[^:/]*$/, '')]
      await run('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'import', ...names, file])
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}

/**
 * Its ports are fixed, so there is one at a time on a machine: others wait for their turn. On a busy
 * machine its kubelet may give up while it starts, which the script does not see: then all begins anew.
 */
async function start(tools: string): Promise<KubernetesOptions> {
  while (!claim(LOCK)) await sleep(200)
  for (let tries = 1; ; tries++) {
    sweep(tools)
    mkdirSync(FOLDER, { recursive: true })
    mkdirSync(PROGRAMS_FOLDER, { recursive: true })
    symlinkSync(PROGRAMS_FOLDER, join(FOLDER, 'bin'))
    runScript(tools, FOLDER, 'up.sh')
    const config = join(FOLDER, 'admin.conf')
    const { stdout } = await run('kubectl', [`--kubeconfig=${config}`, 'get', 'nodes'])
    if (/ Ready /.test(stdout)) {
      return { cluster: { config, context: null }, node: hostname(), courier: COURIER }
    }
    const said = readFileSync(join(FOLDER, 'log/kubelet.log'), 'utf8').slice(-SAID)
    console.log(`the node of the test cluster is not ready; its kubelet said: ${said}`)
    if (tries === TRIES) throw new Error(`no node became ready in ${TRIES} tries`)
  }
}

function stop(tools: string): void {
  sweep(tools)
  rmSync(LOCK, { recursive: true })
}

/** Stops what runs, with the shims that keep containers alive without their engine, and its state. */
function sweep(tools: string): void {
  if (!existsSync(FOLDER)) return
  runScript(tools, FOLDER, 'down.sh')
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const isShim = commandOf(pid).includes(`${FOLDER}/containerd.sock`)
    if (isShim && Number(pid) !== process.pid) process.kill(Number(pid), 'SIGKILL')
  }
  // Mounts of pods that ended a moment ago.
  runScript(tools, FOLDER, 'down.sh')
  rmSync(FOLDER, { recursive: true, force: true })
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return ''
    throw error
  }
}

/** A look at a cluster beside the driver's own client. */
export class TestApi {
  readonly #options: KubernetesOptions

  constructor(options: KubernetesOptions) {
    this.#options = options
  }

  /** The status of an answer. */
  async call(method: 'GET' | 'DELETE', path: string): Promise<number> {
    return (await this.#ask(method, path)).status
  }

  /** How many pods of a namespace run a program now. */
  async running(namespace: string): Promise<number> {
    const { text } = await this.#ask('GET', `/api/v1/namespaces/${namespace}/pods`)
    const { items } = JSON.parse(text) as {
      readonly items: readonly {
        readonly status: {
          readonly containerStatuses?: readonly { readonly name: string; readonly state: object }[]
        }
      }[]
    }
    return items.filter(({ status }) =>
      status.containerStatuses?.some(({ name, state }) => name === 'main' && 'running' in state),
    ).length
  }

  /**
   * By kubectl, which is a client of its own. Not by curl: the server of ../shared/tools can crash when
   * it prints JSON for people, as it does for curl.
   */
  async #ask(method: 'GET' | 'DELETE', path: string): Promise<{ status: number; text: string }> {
    const config = this.#options.cluster.config ?? ''
    const verb = method === 'GET' ? 'get' : 'delete'
    try {
      const { stdout } = await run('kubectl', [`--kubeconfig=${config}`, verb, '--raw', path])
      return { status: 200, text: stdout }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      return { status: /NotFound|not found/.test(text) ? 404 : 500, text: '{"items":[]}' }
    }
  }
}
