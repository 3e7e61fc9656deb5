import type { Resources } from '../../../messages/index.ts'
import type { Manifest } from '../../kubernetes/objects.ts'
import { LABELS } from './names.ts'

/** What our own containers beside a program may use; not part of what was bought. */
export const COURIER_SHARE = { milliCores: 100, memoryMib: 32, diskMib: 64 } as const
/** Room on a node's disk for output that nobody fetched yet, which counts as a pod's own. */
export const LOG_MIB = 64
/** A pod for the program, and one that looks inside. */
export const COURIERS = 2

/** Nothing of a lease may reach: private networks and the machine's own addresses. */
const CLOSED_V4 = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
]
const CLOSED_V6 = ['fc00::/7', 'fe80::/10']

/** The namespace of a lease, under the strictest profile that Kubernetes has a name for. */
export function namespaceManifest(name: string, agent: string, lease: number): Manifest {
  return {
    metadata: {
      name,
      labels: {
        [LABELS.agent]: agent,
        [LABELS.lease]: String(lease),
        'pod-security.kubernetes.io/enforce': 'restricted',
      },
    },
  }
}

/** Pods run as nobody of the cluster: an account without rights, whose token is never mounted. */
export const ACCOUNT = 'suan'
export function accountManifest(): Manifest & Record<string, unknown> {
  return { metadata: { name: ACCOUNT }, automountServiceAccountToken: false }
}

/** What was bought is the most that all pods of the namespace can ask for together. */
export function quotaManifest(resources: Resources): Manifest & Record<string, unknown> {
  const { cores, memoryMib, diskMib, cards } = resources
  const cpu = `${Math.max(1, cores) * 1_000 + COURIERS * COURIER_SHARE.milliCores}m`
  const memory = `${memoryMib + COURIERS * COURIER_SHARE.memoryMib}Mi`
  const disk = `${diskMib + LOG_MIB + COURIERS * COURIER_SHARE.diskMib}Mi`
  return {
    metadata: { name: 'suan' },
    spec: {
      hard: {
        'requests.cpu': cpu,
        'limits.cpu': cpu,
        'requests.memory': memory,
        'limits.memory': memory,
        ...(diskMib > 0 ? { 'limits.ephemeral-storage': disk } : {}),
        [`requests.${CARD}`]: String(cards),
        services: '0',
        persistentvolumeclaims: '0',
      },
    },
  }
}
export const CARD = 'nvidia.com/gpu'

/** In: only from the lease's own pods. Out: to those, to names, and to the public network. */
export function policyManifest(): Manifest & Record<string, unknown> {
  const own = { podSelector: {} }
  const names = {
    namespaceSelector: {},
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  }
  const dns = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }))
  return {
    metadata: { name: 'suan' },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [own] }],
      egress: [
        { to: [own] },
        { to: [names], ports: dns },
        { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: CLOSED_V4 } }] },
        { to: [{ ipBlock: { cidr: '::/0', except: CLOSED_V6 } }] },
      ],
    },
  }
}
