import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, type Resources } from '../../../messages/index.ts'
import { KubernetesError, type Cluster } from '../../kubernetes/cluster.ts'
import type { Pod, Quota } from '../../kubernetes/objects.ts'
import { collectionPath, NAMESPACES, namespacePath, policiesPath } from '../../kubernetes/paths.ts'
import { standingOf } from '../../kubernetes/phases.ts'
import { accountManifest, namespaceManifest, policyManifest, quotaManifest } from './allocation.ts'

const LOOK_MS = 50
const LOOK_CLOSING_MS = 200
const QUOTA_MS = 10_000
const CLOSING_MS = 60_000
const ENDING_MS = 4_000

/**
 * Makes the namespace of a lease with all that bounds it; what is there already is left as it is.
 * Throws Fault ENGINE_UNREACHABLE when the cluster does not take it over in time.
 */
export async function openNamespace(
  cluster: Cluster,
  about: {
    readonly name: string
    readonly agent: string
    readonly lease: number
    readonly resources: Resources
  },
): Promise<void> {
  const { name, agent, lease, resources } = about
  await cluster.create(NAMESPACES, namespaceManifest(name, agent, lease))
  try {
    await Promise.all([
      cluster.create(collectionPath(name, 'serviceaccounts'), accountManifest()),
      cluster.create(policiesPath(name), policyManifest()),
      cluster.create(collectionPath(name, 'resourcequotas'), quotaManifest(resources)),
    ])
    await quotaCounts(cluster, `${collectionPath(name, 'resourcequotas')}/suan`)
  } catch (error) {
    // One that is being closed takes nothing in any more, and needs nothing.
    if (!isTerminating(error)) throw error
  }
}

/** A quota bounds only once the cluster has counted what is there; before, nothing may be created. */
async function quotaCounts(cluster: Cluster, path: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < QUOTA_MS; waitedMs += LOOK_MS) {
    const quota = await cluster.find<Quota>(path)
    if (quota?.status?.hard !== undefined) return
    await sleep(LOOK_MS)
  }
  throw new Fault('ENGINE_UNREACHABLE', { cause: new Error('the quota is not counted') })
}

/**
 * Ends all that runs in a namespace, at once, and waits until nothing is left of it.
 * Throws Fault CLOSE_FAILED when something stays.
 */
export async function closeNamespace(cluster: Cluster, name: string, lease: number): Promise<void> {
  await endPods(cluster, collectionPath(name, 'pods'))
  await removeNamespace(cluster, name)
  for (let waitedMs = 0; waitedMs < CLOSING_MS; waitedMs += LOOK_CLOSING_MS) {
    if ((await cluster.find(namespacePath(name))) === null) return
    await sleep(LOOK_CLOSING_MS)
  }
  throw new Fault('CLOSE_FAILED', { facts: { lease } })
}

/**
 * Deletes all pods. One whose program has ended is about to end as a whole, and is then gone at once;
 * deleted before, it would take the cluster ten seconds.
 */
async function endPods(cluster: Cluster, pods: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const found = await cluster.list<Pod>(pods)
    if (found.length === 0) return
    const ending = found.filter((pod) => isEnding(pod) && waitedMs < ENDING_MS)
    for (const pod of found) {
      if (!ending.includes(pod)) await cluster.remove(`${pods}/${pod.metadata.name}`, 1)
    }
    if (ending.length === 0) return
    await sleep(LOOK_MS)
  }
}

function isEnding(pod: Pod): boolean {
  const phase = pod.status?.phase
  return phase === 'Running' && standingOf(pod, true).at === 'ended'
}

/** Begins to remove a namespace with all that is in it. */
export async function removeNamespace(cluster: Cluster, name: string): Promise<void> {
  try {
    await cluster.remove(namespacePath(name))
  } catch (error) {
    // It is being removed already.
    if (!(error instanceof KubernetesError) || error.status !== 409) throw error
  }
}

function isTerminating(error: unknown): boolean {
  return error instanceof KubernetesError && /being terminated/.test(error.message)
}
