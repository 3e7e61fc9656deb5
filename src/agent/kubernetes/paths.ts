/** Paths of the API's collections and objects. */
type Kind = 'pods' | 'secrets' | 'resourcequotas' | 'serviceaccounts' | 'limitranges'

export const NAMESPACES = '/api/v1/namespaces'

export function namespacePath(name: string): string {
  return `${NAMESPACES}/${name}`
}

export function collectionPath(namespace: string, kind: Kind): string {
  return `${namespacePath(namespace)}/${kind}`
}

export function policiesPath(namespace: string): string {
  return `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`
}

export function podPath(namespace: string, name: string): string {
  return `${collectionPath(namespace, 'pods')}/${name}`
}

export const NODES = '/api/v1/nodes'

export function nodePath(name: string): string {
  return `${NODES}/${name}`
}

/** What the kubelet of a node counts. */
export function summaryPath(node: string): string {
  return `${nodePath(node)}/proxy/stats/summary`
}
