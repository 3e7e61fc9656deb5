/** What an API server keeps: objects by path, and whoever watches a collection of them. */
export interface Stored {
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly [key: string]: unknown
  }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
  readonly data?: Readonly<Record<string, string>>
}

/** What a list or a watch asks for; empty is everything. */
export interface Selectors {
  readonly labels: string
  readonly fields: string
}

type Told = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Stored) => void

export class Objects {
  readonly #objects = new Map<string, Stored>()
  readonly #watchers = new Set<{ readonly of: RegExp; readonly by: Selectors; told: Told }>()
  #version = 1

  get version(): string {
    return String(this.#version)
  }

  get(path: string): Stored | undefined {
    return this.#objects.get(path)
  }

  list(collection: string, by: Selectors): Stored[] {
    const of = membersOf(collection)
    return [...this.#objects].flatMap(([path, one]) =>
      of.test(path) && matches(one, by) ? [one] : [],
    )
  }

  /** Paths of everything below a path. */
  below(path: string): string[] {
    return [...this.#objects.keys()].filter((one) => one.startsWith(`${path}/`))
  }

  /** Tells watchers as a cluster does: what matches no more is deleted for them. */
  put(path: string, body: Stored): void {
    const before = this.#objects.get(path)
    const metadata = { ...body.metadata, resourceVersion: String(++this.#version) }
    const object = { ...body, metadata }
    this.#objects.set(path, object)
    for (const { of, by, told } of this.#watchers) {
      if (!of.test(path)) continue
      const had = before !== undefined && matches(before, by)
      const has = matches(object, by)
      if (has) told(had ? 'MODIFIED' : 'ADDED', object)
      else if (had) told('DELETED', object)
    }
  }

  delete(path: string): void {
    const object = this.#objects.get(path)
    if (object === undefined) return
    this.#version++
    this.#objects.delete(path)
    for (const { of, by, told } of this.#watchers) {
      if (of.test(path) && matches(object, by)) told('DELETED', object)
    }
  }

  /** The answer ends it. */
  watch(collection: string, by: Selectors, told: Told): () => void {
    const watcher = { of: membersOf(collection), by, told }
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}

/** `/api/v1/pods` are the pods of all namespaces. */
function membersOf(collection: string): RegExp {
  const kind = /^\/api\/v1\/(pods)$/.exec(collection)?.[1]
  return new RegExp(
    kind === undefined ? `^${collection}/[^/]+$` : `/namespaces/[^/]+/${kind}/[^/]+$`,
  )
}

function matches(object: Stored, { labels, fields }: Selectors): boolean {
  const label = (name: string) => object.metadata.labels?.[name]
  const field = (path: string) =>
    path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], object)
  return all(labels, label) && all(fields, (path) => String(field(path)))
}

/** Terms `a=b`, `a!=b` and `a`, all of which must hold. */
function all(selector: string, valueOf: (name: string) => string | undefined): boolean {
  return selector
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [, name = '', operator, value] = /^([^!=]+)(?:(!?=)=?(.*))?$/.exec(term) ?? []
      const found = valueOf(name)
      if (operator === undefined) return found !== undefined
      return (found === value) === (operator === '=')
    })
}
