import { createHash } from 'node:crypto'
import { KubernetesError, type Cluster } from '../../kubernetes/cluster.ts'
import type { Node, Pod } from '../../kubernetes/objects.ts'
import { collectionPath, nodePath, podPath } from '../../kubernetes/paths.ts'
import { MAIN, standingOf } from '../../kubernetes/phases.ts'
import { watchOne } from '../../kubernetes/watch.ts'
import type { ImageProgress } from '../driver.ts'
import { layoutOf } from '../layout.ts'
import { imageFault } from '../local.ts'
import { podManifest } from './manifest.ts'
import { LABELS, namespaceOf } from './names.ts'
import { openNamespace } from './namespace.ts'
import { SMALL, TRUE, type World } from './plan-pod.ts'

/** A program that no image has: its pod pulls the image, and can do no more. */
const NOTHING = '/.suan/nothing'

/**
 * Makes sure that a node has an image: by what the node says, else by a pod that names it. A cluster
 * tells no bytes, so `progress` gets 0 of 0 whenever something happened.
 * Throws Fault IMAGE_NOT_FOUND when it cannot be pulled.
 */
export async function fetchImage(
  cluster: Cluster,
  world: World,
  image: string,
  progress: ImageProgress,
): Promise<void> {
  if (await isOnNode(cluster, world.node, image)) return
  const namespace = namespaceOf(world.agent, 'images')
  await openNamespace(cluster, { name: namespace, agent: world.agent, lease: 0, resources: SMALL })
  const name = `pull-${createHash('sha256').update(image).digest('hex').slice(0, 12)}`
  const pods = collectionPath(namespace, 'pods')
  try {
    await cluster.create(pods, pullPod(world, name, image))
    for await (const pod of watchOne<Pod>(cluster, pods, name)) {
      progress(0, 0)
      const how = pulled(pod)
      if (how === true) return
      if (how !== null) throw imageFault(image, new Error(how))
    }
  } catch (error) {
    // A name that no image can have.
    if (error instanceof KubernetesError && error.status === 422) throw imageFault(image, error)
    throw error
  } finally {
    await cluster.remove(podPath(namespace, name), 1)
  }
}

async function isOnNode(cluster: Cluster, node: string, image: string): Promise<boolean> {
  const found = await cluster.find<Node>(nodePath(node))
  return found?.status?.images?.some(({ names }) => names?.includes(image)) ?? false
}

/** true once it is there, a text when it cannot be had, null while it is not known. */
function pulled(pod: Pod | null): true | string | null {
  const main = pod?.status?.containerStatuses?.find(({ name }) => name === MAIN)
  if ((main?.imageID ?? '') !== '' || main?.state?.terminated !== undefined) return true
  const standing = standingOf(pod, false)
  if (standing.at === 'failed') return standing.code === 'IMAGE_NOT_FOUND' ? standing.why : true
  return standing.at === 'ended' ? 'the pod that pulled it was taken away' : null
}

function pullPod(world: World, name: string, image: string) {
  const task = { workload: 0, spec: { ...TRUE, command: [NOTHING] }, folder: '/' }
  return podManifest({
    name,
    labels: { [LABELS.agent]: world.agent },
    annotations: { 'suan.venue': world.venue },
    node: world.node,
    image,
    courier: world.courier,
    layout: { ...layoutOf(task, false), environment: {} },
    resources: null,
    receivesInputs: false,
    withCourier: false,
  })
}
