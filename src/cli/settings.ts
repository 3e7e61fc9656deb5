/** Which exchange, as whom: flag > SUAN_* variable > context file. */
import { contextFiles, readContexts, type SuanContext } from './context.ts'
import { UsageError } from './errors.ts'
import type { Shell } from './shell.ts'

/** The options that every command takes. */
export interface GlobalOptions {
  readonly output?: string
  readonly json?: boolean
  readonly color?: boolean
  readonly utc?: boolean
  readonly lang?: string
  readonly context?: string
  readonly url?: string
  readonly key?: string
  readonly account?: string
  readonly curl?: boolean
  readonly dryRun?: boolean
}

export interface Settings {
  readonly url: string
  readonly key: string | null
  /** another account of one's own member; null is the key's own */
  readonly account: string | null
  /** name of the context that gave the address or the key; null when flags or variables gave both */
  readonly contextName: string | null
  readonly contextFile: string | null
}

export interface FoundContext extends SuanContext {
  readonly name: string
  readonly file: string
  readonly isCurrent: boolean
}

const DEFAULT_URL = 'http://127.0.0.1:7826'

/** Every context that can be used here, strongest file first; a name found earlier hides later ones. */
export function findContexts(shell: Shell): FoundContext[] {
  const files = contextFiles(shell.host).map((file) => ({ file, ...readContexts(file) }))
  const current = files.find((one) => one.current !== null)?.current ?? null
  const found = new Map<string, FoundContext>()
  for (const { file, contexts } of files) {
    for (const [name, context] of Object.entries(contexts)) {
      if (found.has(name)) continue
      found.set(name, { ...context, name, file, isCurrent: name === current })
    }
  }
  return [...found.values()]
}

/** Error: UsageError when a context is named that does not exist. */
export function settle(shell: Shell, options: GlobalOptions): Settings {
  const { env } = shell.host
  const named = options.context ?? env['SUAN_CONTEXT'] ?? null
  const contexts = findContexts(shell)
  const context = contexts.find((one) => (named === null ? one.isCurrent : one.name === named))
  if (named !== null && context === undefined) {
    throw new UsageError(shell.say('error.noContext', { name: named }))
  }
  const url = options.url ?? env['SUAN_URL']
  const key = options.key ?? env['SUAN_API_KEY']
  // A key must not travel to an address that it was not meant for.
  const isOwnAddress = url === undefined || url === context?.url
  return {
    url: (url ?? context?.url ?? DEFAULT_URL).replace(/\/+$/, ''),
    key: key ?? (isOwnAddress ? (context?.key ?? null) : null),
    account: options.account ?? env['SUAN_ACCOUNT'] ?? null,
    contextName: context?.name ?? null,
    contextFile: context?.file ?? null,
  }
}
