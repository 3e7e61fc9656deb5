/** The rights of docs/kubernetes/suan-provider.yaml, and those that calls need. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Taken } from './server.ts'

export const MANIFEST = join(import.meta.dirname, '../../../docs/kubernetes/suan-provider.yaml')

interface Role {
  readonly kind: string
  readonly rules?: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
}

/** `verb group/resource` of everything that the role allows. */
export function granted(): Set<string> {
  const documents = parseAllDocuments(readFileSync(MANIFEST, 'utf8'))
  const roles = documents.map((each) => each.toJS() as Role)
  const rules = roles.find(({ kind }) => kind === 'ClusterRole')?.rules ?? []
  return new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
      ),
    ),
  )
}

/** The right that a call needs, as Kubernetes takes a path apart. */
export function rightOf({ verb, path }: Taken): string {
  const [, group = '', rest = ''] = /^\/(?:api|apis\/([^/]+))\/v1\/(.*)$/.exec(path) ?? []
  const words = rest.split('/')
  const isInside = words[0] === 'namespaces' && words.length > 2
  const [resource = '', , subresource] = isInside ? words.slice(2) : words
  return `${verb} ${group}/${resource}${subresource === undefined ? '' : `/${subresource}`}`
}
