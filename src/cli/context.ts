/**
 * Contexts: named exchanges with the key to use there, in TOML files of mode 0600:
 *
 *     current = "sandbox"
 *     [contexts.sandbox]
 *     url = "http://127.0.0.1:7826"
 *     key = "suan_test_…"
 *     account = "acct_…"
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'smol-toml'

export interface SuanContext {
  readonly url: string
  readonly key: string | null
  readonly account: string | null
}
export interface ContextFile {
  readonly current: string | null
  readonly contexts: Readonly<Record<string, SuanContext>>
}

const NO_CONTEXTS: ContextFile = { current: null, contexts: {} }

/** The folder of the checkout or package: every built and source file here lies two below it. */
export const launcherFolder = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Where contexts are looked for; the first file that has one wins. What lies nearer is stronger, so
 * that commands typed beside a sandbox talk to that sandbox:
 * 1. `$SUAN_DATA_DIR/context.toml`; without that variable `.suan/context.toml` in the current folder
 * 2. `.suan/context.toml` beside the `suan` launcher
 * 3. `$XDG_CONFIG_HOME/suan/config.toml`, by default `~/.config/suan/config.toml`
 */
export function contextFiles(from: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly launcher: string
}): string[] {
  const data = from.env['SUAN_DATA_DIR'] ?? join(from.cwd, '.suan')
  const files = [
    join(data, 'context.toml'),
    join(from.launcher, '.suan', 'context.toml'),
    userContextFile(from),
  ]
  return [...new Set(files)]
}

/** The file that `suan context add` and `suan login` write. */
export function userContextFile(from: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}): string {
  const config = from.env['XDG_CONFIG_HOME'] ?? join(from.home, '.config')
  return join(config, 'suan', 'config.toml')
}

/** Reads a context file; a missing one holds no contexts. Errors: those of reading and of TOML. */
export function readContexts(path: string): ContextFile {
  if (!existsSync(path)) return NO_CONTEXTS
  const raw = parse(readFileSync(path, 'utf8')) as {
    current?: unknown
    contexts?: Record<string, Record<string, unknown>>
  }
  const contexts = Object.entries(raw.contexts ?? {}).map(([name, one]) => [
    name,
    { url: textOr(one['url']) ?? '', key: textOr(one['key']), account: textOr(one['account']) },
  ])
  return { current: textOr(raw.current), contexts: Object.fromEntries(contexts) }
}

/** Adds or replaces a context; the first one of a file also becomes its current one. */
export function writeContext(path: string, name: string, context: SuanContext): void {
  const { current, contexts } = readContexts(path)
  save(path, { current: current ?? name, contexts: { ...contexts, [name]: context } })
}

/** Makes a context the current one; it may also stand in a file that is looked at later. */
export function useContext(path: string, name: string): void {
  save(path, { ...readContexts(path), current: name })
}

/** Replaced as a whole by rename, so that a reader never sees half of it. */
function save(path: string, file: ContextFile): void {
  const contexts = Object.entries(file.contexts).map(([name, one]) => [
    name,
    Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)),
  ])
  const text = stringify({
    ...(file.current === null ? {} : { current: file.current }),
    contexts: Object.fromEntries(contexts),
  })
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const next = `${path}.${process.pid}`
  writeFileSync(next, `${text.trimEnd()}\n`, { mode: 0o600 })
  chmodSync(next, 0o600)
  renameSync(next, path)
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
