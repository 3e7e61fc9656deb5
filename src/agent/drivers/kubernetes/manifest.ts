import { basename } from 'node:path'
import { Fault, type Resources } from '../../../messages/index.ts'
import { COURIER, COURIER_FOLDER, NOTICES, STAY, WAIT } from '../../kubernetes/courier.ts'
import type { Manifest } from '../../kubernetes/objects.ts'
import { INPUTS, MAIN } from '../../kubernetes/phases.ts'
import { NOBODY, TOLD, type Layout } from '../layout.ts'
import { ACCOUNT, CARD, COURIER_SHARE, LOG_MIB } from './allocation.ts'

/** What a pod is made from. */
export interface PodPlan {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly node: string
  /** also onto a node that is cordoned */
  readonly isPlaced: boolean
  readonly image: string
  /** image of the containers that are ours */
  readonly courier: string
  readonly layout: Layout
  /** null for a short program of our own, which gets the share of one */
  readonly resources: Resources | null
  readonly receivesInputs: boolean
  readonly withCourier: boolean
}

/** Time that a pod has to end when somebody of the cluster deletes it. */
const GRACE_SECONDS = 10
const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/

/**
 * A hardened pod, run once: no privileges, an own user, no rights in the cluster, a read-only root,
 * folders that go with it. Throws Fault START_FAILED for an environment that no pod can have.
 */
export function podManifest(plan: PodPlan): Manifest & Record<string, unknown> {
  const { name, labels, annotations, node, layout } = plan
  const couriers = plan.withCourier ? [courier(plan, COURIER, STAY)] : []
  return {
    metadata: { name, labels, annotations },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: GRACE_SECONDS,
      serviceAccountName: ACCOUNT,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      hostname: 'suan',
      // Then a signal reaches every program, and ends those that do not listen.
      shareProcessNamespace: plan.withCourier,
      affinity: { nodeAffinity: onNode(node) },
      tolerations: plan.isPlaced ? [CORDON] : [],
      initContainers: plan.receivesInputs ? [courier(plan, INPUTS, WAIT)] : [],
      containers: [main(plan), ...couriers],
      volumes: [
        { name: 'tmp', emptyDir: folder(plan) },
        { name: 'flag', emptyDir: { sizeLimit: '1Mi' } },
        { name: 'inputs', emptyDir: {} },
        { name: NOTICES, emptyDir: { sizeLimit: '1Mi' } },
        ...layout.writable.map((_, index) => ({ name: volume(index), emptyDir: folder(plan) })),
      ],
    },
  }
}

/** The environment of a pod as a secret, so that it is in no manifest; null where there is none. */
export function secretManifest(
  plan: Pick<PodPlan, 'name' | 'labels' | 'layout'>,
): (Manifest & Record<string, unknown>) | null {
  const values = Object.values(plan.layout.environment)
  if (values.length === 0) return null
  const data = values.map((value, index) => [`v${index}`, Buffer.from(value).toString('base64')])
  return { metadata: { name: plan.name, labels: plan.labels }, data: Object.fromEntries(data) }
}

function main(plan: PodPlan): Record<string, unknown> {
  const { layout, resources } = plan
  const [program, ...parameters] = layout.command.map(literal)
  return {
    name: MAIN,
    image: plan.image,
    imagePullPolicy: 'IfNotPresent',
    ...(program === undefined ? {} : { command: [program], args: parameters }),
    workingDir: layout.directory,
    env: Object.keys(layout.environment).map((name, index) => {
      if (!ENV_NAME.test(name)) {
        throw new Fault('START_FAILED', { retryable: false, facts: { environment: name } })
      }
      return { name, valueFrom: { secretKeyRef: { name: plan.name, key: `v${index}` } } }
    }),
    resources: alike(resources === null ? SHARE : sizes(resources)),
    securityContext: RESTRICTED,
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      ...layout.writable.map(({ to }, index) => ({ name: volume(index), mountPath: to })),
      { name: NOTICES, mountPath: TOLD, readOnly: true },
      ...layout.readOnly
        .filter(({ to }) => to !== TOLD)
        .map(({ from, to }) => ({
          name: 'inputs',
          subPath: basename(from),
          mountPath: to,
          readOnly: true,
        })),
    ],
  }
}

function courier(plan: PodPlan, name: string, command: readonly string[]): Record<string, unknown> {
  const inside = (mount: string) => `${COURIER_FOLDER}/${mount}`
  return {
    name,
    image: plan.courier,
    imagePullPolicy: 'IfNotPresent',
    command,
    resources: alike(SHARE),
    securityContext: RESTRICTED,
    volumeMounts: [
      ...['flag', 'inputs', NOTICES].map((each) => ({ name: each, mountPath: inside(each) })),
      ...plan.layout.writable.map((_, index) => ({
        name: volume(index),
        mountPath: inside(volume(index)),
      })),
    ],
  }
}

/** The name of a writable folder's volume: 0 is the program's home, 1 its output. */
export function volume(index: number): string {
  return index === 0 ? 'work' : 'output'
}

/** Kubernetes replaces `$(NAME)` in a command: a dollar is two of them. */
function literal(word: string): string {
  return word.replaceAll('$', '$$$$')
}

const RESTRICTED = {
  runAsUser: NOBODY,
  runAsGroup: NOBODY,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
}

const SHARE = {
  cpu: `${COURIER_SHARE.milliCores}m`,
  memory: `${COURIER_SHARE.memoryMib}Mi`,
  'ephemeral-storage': `${COURIER_SHARE.diskMib}Mi`,
}

function sizes({ cores, memoryMib, diskMib, cards }: Resources): Record<string, string> {
  return {
    cpu: String(Math.max(1, cores)),
    memory: `${memoryMib}Mi`,
    ...(diskMib > 0 ? { 'ephemeral-storage': `${diskMib + LOG_MIB}Mi` } : {}),
    ...(cards > 0 ? { [CARD]: String(cards) } : {}),
  }
}

/** What is asked for is what is the limit: nobody shares with others what was bought. */
function alike(limits: Record<string, string>): Record<string, unknown> {
  return { limits, requests: limits }
}

function folder({ resources }: PodPlan): Record<string, unknown> {
  const diskMib = resources?.diskMib ?? COURIER_SHARE.diskMib
  return diskMib > 0 ? { sizeLimit: `${diskMib}Mi` } : {}
}

/** What a cluster puts on a node that is cordoned. */
const CORDON = {
  key: 'node.kubernetes.io/unschedulable',
  operator: 'Exists',
  effect: 'NoSchedule',
}

/** Bound to a node, but by way of the scheduler: it knows when there is room. */
function onNode(node: string): Record<string, unknown> {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }]
  return {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
  }
}
