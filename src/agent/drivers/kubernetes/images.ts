import { randomBytes } from 'node:crypto'
import { Fault } from '../../../messages/index.ts'
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
import { openNamespace, removeNamespace } from './namespace.ts'
import { SMALL, TRUE, type World } from './plan-pod.ts'

/** A program that no image has: its pod pulls the image, and can do no more. */
const NOTHING = '/.suan/nothing'
const PULL = 'pull'

/** What engines say of a registry that sent another image than was named, and of one that has none. */
const OTHER = /unexpected commit digest|digest .*mismatch|does not match/i
const NONE = /: not found|manifest unknown|access denied|authorization failed/i

/**
 * Makes sure that a node has an image: by what the node says, else by a pod that names it. A cluster
 * tells no bytes, so `progress` gets 0 of 0 whenever something happened. Resolves with its digest,
 * null where the cluster tells none.
 * Throws Fault IMAGE_NOT_FOUND when it cannot be pulled, IMAGE_DIGEST when it is another one.
 */
export async function fetchImage(
  cluster: Cluster,
  world: World,
  image: string,
  progress: ImageProgress,
): Promise<string | null> {
  const here = await onNode(cluster, world.node, image)
  if (here !== undefined) return here
  const namespace = namespaceOf(world.agent, `image-${randomBytes(3).toString('hex')}`)
  await openNamespace(cluster, { name: namespace, agent: world.agent, lease: 0, resources: SMALL })
  const pods = collectionPath(namespace, 'pods')
  try {
    await cluster.create(pods, pullPod(world, image))
    for await (const pod of watchOne<Pod>(cluster, pods, PULL)) {
      progress(0, 0)
      const how = pulled(pod)
      if (how !== null && 'digest' in how) return how.digest
      if (how !== null) throw faultOf(image, how.why)
    }
    return null
  } catch (error) {
    // A name that no image can have.
    if (error instanceof KubernetesError && error.status === 422) throw imageFault(image, error)
    throw error
  } finally {
    await cluster.remove(podPath(namespace, PULL), 1)
    await removeNamespace(cluster, namespace)
  }
}

/** The digest of an image that a node has (null: it tells none); undefined when it has not. */
async function onNode(
  cluster: Cluster,
  node: string,
  image: string,
): Promise<string | null | undefined> {
  const found = await cluster.find<Node>(nodePath(node))
  const here = found?.status?.images?.find(({ names }) => names?.includes(image))
  return here === undefined ? undefined : (here.names?.map(digestIn).find(Boolean) ?? null)
}

/** null while it is not known. */
function pulled(pod: Pod | null): { digest: string | null } | { why: string } | null {
  const main = pod?.status?.containerStatuses?.find(({ name }) => name === MAIN)
  const id = main?.imageID ?? ''
  if (id !== '' || main?.state?.terminated !== undefined) return { digest: digestIn(id) }
  const { reason, message = '' } = main?.state?.waiting ?? {}
  // Its registry has answered: another try would be answered alike.
  if (reason === 'ErrImagePull' && (OTHER.test(message) || NONE.test(message))) {
    return { why: message }
  }
  const standing = standingOf(pod, false)
  if (standing.at === 'ended') return { why: 'the pod that pulled it was taken away' }
  if (standing.at !== 'failed') return null
  return standing.code === 'IMAGE_NOT_FOUND' ? { why: standing.why } : { digest: null }
}

function digestIn(reference: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null
}

function faultOf(image: string, why: string): Fault {
  const cause = new Error(why)
  if (!OTHER.test(why)) return imageFault(image, cause)
  return new Fault('IMAGE_DIGEST', { cause, retryable: false, facts: { image } })
}

function pullPod(world: World, image: string) {
  const task = { workload: 0, spec: { ...TRUE, command: [NOTHING] }, folder: '/' }
  return podManifest({
    name: PULL,
    labels: { [LABELS.agent]: world.agent },
    annotations: { 'suan.venue': world.venue },
    node: world.node,
    isPlaced: world.drains,
    image,
    courier: world.courier,
    layout: { ...layoutOf(task, false), environment: {} },
    resources: null,
    receivesInputs: false,
    withCourier: false,
  })
}
