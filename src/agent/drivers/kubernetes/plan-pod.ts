import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { WorkloadSpec } from '../../../messages/index.ts'
import { COURIER_FOLDER } from '../../kubernetes/courier.ts'
import type { Order, Parcel } from '../../kubernetes/parcels.ts'
import { workloadPaths } from '../../lease-folder.ts'
import { packTar } from '../../pack.ts'
import type { Plan, PodLaunch } from '../../run/plan.ts'
import type { Allocation, Task } from '../driver.ts'
import { insideWork, layoutOf, type Layout } from '../layout.ts'
import { makeTaskFolders } from '../local.ts'
import { podManifest, secretManifest, volume } from './manifest.ts'
import { LABELS, namespaceOf, podNameOf } from './names.ts'
import type { KubernetesOptions } from './options.ts'

/** A daemon's cluster with everything said. */
export type World = Required<KubernetesOptions>

/** Room for a short program of our own. */
export const SMALL = { cores: 1, memoryMib: 64, diskMib: 16, cards: 0 }
export const TRUE: WorkloadSpec = {
  command: ['true'],
  environment: [],
  image: null,
  workingDirectory: null,
  inputs: [],
  outputPath: null,
}

/**
 * What the supervisor of a task must start: workload 0 is a short program of our own, which may be
 * run again and takes no share of what was bought.
 * Throws Fault START_FAILED for what no pod can be.
 */
export function planPod(
  world: World,
  allocation: Pick<Allocation, 'lease' | 'resources'>,
  task: Task,
  namespace = namespaceOf(world.agent, allocation.lease),
): Plan & { readonly launch: PodLaunch } {
  const { agent, node, courier, venue, drains } = world
  const { lease, resources } = allocation
  const { workload, spec, folder } = task
  makeTaskFolders(folder)
  const layout = trimmed(layoutOf(task, false), spec)
  const inputs = pack(folder)
  const own = workload === 0
  const name = podNameOf(agent, lease, workload) + (own ? `-${randomBytes(3).toString('hex')}` : '')
  const plan = {
    name,
    labels: {
      [LABELS.agent]: agent,
      [LABELS.lease]: String(lease),
      [LABELS.workload]: String(workload),
    },
    annotations: { 'suan.venue': venue },
    node,
    // A try of the node itself has to fail on one that is closed.
    isPlaced: drains && lease > 0,
    image: spec.image ?? courier,
    courier,
    layout,
    resources: own ? null : resources,
    receivesInputs: inputs.length > 0,
    withCourier: !own,
  }
  const launch: PodLaunch = {
    kind: 'pod',
    cluster: world.cluster,
    namespace,
    node,
    pod: podManifest(plan),
    secret: secretManifest(plan),
    inputs,
    output: orderOf(task),
    courier: !own,
  }
  // Its folders are the cluster's to watch, not the supervisor's.
  const { memoryMib } = resources
  return { lease, workload, group: null, memoryMib, diskMib: 0, launch }
}

/** An image knows its own search path, unless the buyer does. */
function trimmed(layout: Layout, spec: WorkloadSpec): Layout {
  const { PATH, ...rest } = layout.environment
  const told = spec.environment.some(({ name }) => name === 'PATH')
  return { ...layout, environment: told && PATH !== undefined ? { ...rest, PATH } : rest }
}

/** What lies in the task's folders now is what its pod must find. */
function pack(folder: string): Parcel[] {
  const { work, inputs } = workloadPaths(folder)
  const parcels = { [volume(0)]: work, inputs }
  return Object.entries(parcels)
    .filter(([, source]) => existsSync(source) && readdirSync(source).length > 0)
    .map(([name, source]) => {
      const tar = join(folder, `${name}.tar`)
      packTar(source, tar, Number.POSITIVE_INFINITY)
      return { tar, to: `${COURIER_FOLDER}/${name}` }
    })
}

function orderOf({ spec, folder }: Task): Order | null {
  if (spec.outputPath === null) return null
  const { work, output } = workloadPaths(folder)
  const tar = join(folder, 'fetched.tar')
  const inside = insideWork(folder, spec.outputPath)
  if (inside === null) return { from: `${COURIER_FOLDER}/${volume(1)}`, name: '.', tar, to: output }
  const name = relative(work, inside)
  return { from: `${COURIER_FOLDER}/${volume(0)}`, name: name === '' ? '.' : name, tar, to: work }
}
