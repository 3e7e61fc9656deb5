import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../../messages/index.ts'
import { EngineError } from '../../container/engine.ts'
import { Cluster } from '../../kubernetes/cluster.ts'
import { podInside } from '../../exec/pod.ts'
import type { Manifest, Node } from '../../kubernetes/objects.ts'
import { NAMESPACES, nodePath, podPath } from '../../kubernetes/paths.ts'
import { leasePaths, numbersIn } from '../../lease-folder.ts'
import { startPod } from '../../run/start-pod.ts'
import type {
  Allocation,
  AllocationRequest,
  ClusterDriver,
  ImageProgress,
  Probe,
} from '../driver.ts'
import { sumOfWorkloads } from '../local.ts'
import { fetchImage } from './images.ts'
import { machineOf } from './machine.ts'
import { LABELS, namespaceOf, podNameOf } from './names.ts'
import { closeNamespace, openNamespace, removeNamespace } from './namespace.ts'
import type { KubernetesOptions } from './options.ts'
import { planPod, SMALL, TRUE, type World } from './plan-pod.ts'

const MIB = 1024 * 1024
/** A node that has an image to pull first may take a while; one whose kubelet is gone never answers. */
const PROBE_MS = 90_000

/**
 * Delivery on a Kubernetes cluster of version 1.20 or newer: an allocation is a namespace with a
 * quota and a network policy, a workload is one bare pod that is created once. `folder` holds one
 * folder a lease on this machine; `shared` is the client of drivers for several nodes of a cluster.
 */
export function kubernetesDriver(
  folder: string,
  options: KubernetesOptions,
  shared: Cluster | null = null,
): ClusterDriver {
  const { node, venue = '', drains = false } = options
  const agent = options.agent ?? createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const world = { ...options, agent, venue, drains }
  let made = shared
  const cluster = (): Cluster => (made ??= new Cluster(options.cluster))
  const podOf = (lease: number, workload: number): string =>
    podPath(namespaceOf(agent, lease), podNameOf(agent, lease, workload))
  const open = async (request: AllocationRequest): Promise<Allocation> => {
    mkdirSync(leasePaths(request.folder).workloads, { recursive: true, mode: 0o711 })
    mkdirSync(leasePaths(request.folder).beats, { recursive: true })
    const name = namespaceOf(agent, request.lease)
    const { lease, resources } = request
    await openNamespace(cluster(), { name, agent, lease, resources })
    return { ...request, handle: { kind: 'namespace', name, node } }
  }
  /** Images that were on the node a moment ago: it says so itself only after some seconds. */
  const known = new Set<string>()
  const fetched = async (image: string, progress: ImageProgress): Promise<string | null> => {
    const digest = await fetchImage(cluster(), world, image, progress)
    known.add(image)
    return digest
  }
  const labelled = async () => {
    const query = { labelSelector: `${LABELS.agent}=${agent}` }
    const found = await cluster().list<Manifest>(NAMESPACES, query)
    return found.map(({ metadata }) => Number(metadata.labels?.[LABELS.lease] ?? 0))
  }
  return {
    name: 'kubernetes',
    isolation: 'container',
    capabilities: {
      images: true,
      exec: true,
      ports: true,
      outlivesSupervisor: true,
      limits: 'engine',
      meter: 'since opened',
      witness: false,
      suspend: false,
    },
    probe: () => probe(cluster, world, folder),
    machine: () => machineOf(cluster(), node, agent),
    fetchImage: fetched,
    openAllocation: open,
    prepare: async (allocation, task) => {
      // What its path says is checked first: that costs nothing.
      const plan = planPod(world, allocation, task)
      const { image } = task.spec
      if (image !== null && !known.has(image)) await fetched(image, () => {})
      return plan
    },
    usage: async (allocation) => {
      const { cpuUs, memoryPeakBytes } = sumOfWorkloads(allocation.folder)
      return { cpuUs, memoryPeakMib: Math.ceil(memoryPeakBytes / MIB) }
    },
    ...podInside(cluster, podOf),
    recover: async ({ lease }, workload) =>
      (await cluster().find(podOf(lease, workload))) === null ? 'ended' : 'adoptable',
    closeAllocation: async ({ lease }) =>
      closeNamespace(cluster(), namespaceOf(agent, lease), lease),
    reconcile: async () => {
      const all = [...numbersIn(folder), ...(await labelled())]
      return [...new Set(all)].filter((lease) => lease > 0).sort((a, b) => a - b)
    },
  }
}

/** Runs `true` in a pod on the very node. */
async function probe(cluster: () => Cluster, world: World, folder: string): Promise<Probe> {
  const { agent } = world
  const name = namespaceOf(agent, `probe-${randomBytes(3).toString('hex')}`)
  try {
    const { gitVersion } = await cluster().get<{ gitVersion: string }>('/version')
    const node = await cluster().find<Node>(nodePath(world.node))
    if (node === null) return { present: false, why: `there is no node ${world.node}` }
    await openNamespace(cluster(), { name, agent, lease: 0, resources: SMALL })
    const exitCode = await tried(cluster(), world, folder, name)
    if (exitCode === null) return { present: false, why: `no answer from node ${world.node}` }
    if (exitCode !== 0) return { present: false, why: `exit code ${exitCode}` }
    return { present: true, facts: { engine: `Kubernetes ${gitVersion}, node ${world.node}` } }
  } catch (error) {
    if (!(error instanceof Fault || error instanceof EngineError)) throw error
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
    return { present: false, why: `${error.message}${cause}` }
  } finally {
    rmSync(join(folder, 'probe'), { recursive: true, force: true })
  }
}

/** The exit code of `true` in a namespace that is removed afterwards; null when it does not end. */
async function tried(
  cluster: Cluster,
  world: World,
  folder: string,
  name: string,
): Promise<number | null> {
  const task = { workload: 0, spec: TRUE, folder: join(folder, 'probe', '0', '0') }
  const { launch } = planPod(world, { lease: 0, resources: SMALL }, task, name)
  let isLate = false
  try {
    const running = await startPod(launch, () => {}, null)
    const timer = setTimeout(() => {
      isLate = true
      running.kill()
    }, PROBE_MS)
    const { exitCode } = await running.ended.finally(() => clearTimeout(timer))
    return isLate ? null : exitCode
  } finally {
    await removeNamespace(cluster, name)
  }
}
