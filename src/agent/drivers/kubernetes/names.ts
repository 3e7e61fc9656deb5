/** Label keys by which a daemon finds its own objects in a cluster again. */
export const LABELS = {
  agent: 'suan.agent',
  lease: 'suan.lease',
  workload: 'suan.workload',
} as const

/** The namespace of a lease (one allocation, one namespace), or of what belongs to none. */
export function namespaceOf(agent: string, lease: number | string): string {
  return `suan-${agent}-${lease}`
}

/** The same for the same workload, always: a pod of this name is created once and never again. */
export function podNameOf(agent: string, lease: number, workload: number): string {
  return `suan-${agent}-${lease}-${workload}`
}
