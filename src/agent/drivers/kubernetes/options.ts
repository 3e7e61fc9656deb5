import { Fault } from '../../../messages/index.ts'
import { usualConfig, type ClusterRef } from '../../kubernetes/config.ts'

/** A cluster, the node of it that is sold here, and what our own containers are made from. */
export interface KubernetesOptions {
  readonly cluster: ClusterRef
  /** name of the node that every pod is bound to: it is what the exchange knows as a node */
  readonly node: string
  /**
   * image with a shell and `head`, `tar`, `mkfifo`, `grep`, `readlink` for the containers beside a
   * program; a program that names no image runs in it too
   */
  readonly courier: string
  /** tells this daemon's namespaces from others' in the cluster: letters and digits, at most 20 */
  readonly agent?: string
  /**
   * The daemon drains a cordoned node itself, so what was sold there keeps its place: pods of leases
   * are still put onto it. Otherwise a cordoned node takes nothing more, not even a proof of life.
   */
  readonly drains?: boolean
  /** written on every pod */
  readonly venue?: string
}

/** Names of the settings, as environment variables; docs/operating.md says what each means. */
const SETTINGS = {
  context: 'SUAN_KUBE_CONTEXT',
  node: 'SUAN_KUBE_NODE',
  courier: 'SUAN_KUBE_COURIER',
} as const

/**
 * The options that settings name: `given` wins over the environment. Throws Fault KUBERNETES_SETTINGS
 * naming what is missing.
 */
export function kubernetesOptions(
  given: Partial<Record<keyof typeof SETTINGS, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): KubernetesOptions {
  const setting = (name: keyof typeof SETTINGS): string | null => {
    const text = given[name] ?? environment[SETTINGS[name]] ?? ''
    return text === '' ? null : text
  }
  const needed = (name: 'node' | 'courier'): string => {
    const text = setting(name)
    if (text !== null) return text
    const facts = { missing: SETTINGS[name] }
    throw new Fault('KUBERNETES_SETTINGS', { retryable: false, facts })
  }
  const cluster = { config: usualConfig(environment), context: setting('context') }
  return { cluster, node: needed('node'), courier: needed('courier') }
}
