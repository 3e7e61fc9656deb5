/** What the work of one command gets: texts, output, settings and the client, each made when used. */
import type { Command } from 'commander'
import type { Client } from '../client/index.ts'
import { connect } from './connect.ts'
import { UsageError } from './errors.ts'
import type { Host } from './host.ts'
import type { Language } from './language.ts'
import { FORMATS, isForPeople, type Format } from './output/format.ts'
import { settle, type GlobalOptions, type Settings } from './settings.ts'
import { shellOf, type Shell } from './shell.ts'
import type { Say } from './texts.ts'

export interface Cli {
  readonly shell: Shell
  readonly host: Host
  readonly say: Say
  readonly language: Language
  readonly options: GlobalOptions
  readonly format: Format
  readonly forPeople: boolean
  readonly settings: () => Settings
  /** the public API, as the context says */
  readonly client: () => Promise<Client>
  /** the same for another address or key */
  readonly clientAt: (url: string, key: string | null) => Promise<Client>
  /** a line on stderr */
  readonly tell: (line: string) => void
  /** bold or dim on a terminal, plain elsewhere */
  readonly style: (kind: 'bold' | 'dim' | 'red' | 'green', text: string) => string
}

/** Errors: UsageError for an unknown output format. */
function makeCli(shell: Shell, options: GlobalOptions): Cli {
  const { host, say, language } = shell
  const format = formatOf(shell, options)
  const settings = once(() => settle(shell, options))
  const clientAt = (url: string, key: string | null): Promise<Client> =>
    connect(shell, options, url, key)
  const hasColor = options.color !== false && !host.env['NO_COLOR'] && host.env['TERM'] !== 'dumb'
  return {
    shell,
    host,
    say,
    language,
    options,
    format,
    forPeople: isForPeople(format),
    settings,
    clientAt,
    client: once(() => clientAt(settings().url, settings().key)),
    tell: (line) => host.stderr.write(`${line}\n`),
    style: (kind, text) =>
      hasColor && host.stdout.isTty && host.stderr.isTty
        ? `\u001b[${STYLES[kind]}m${text}\u001b[0m`
        : text,
  }
}

const STYLES = { bold: 1, dim: 2, red: 31, green: 32 } as const

/**
 * The action of a command: `command.action(task(async (cli, options, operand) => …))`. What it
 * returns is the exit code, 0 when nothing.
 */
export function task(
  work: (cli: Cli, options: never, ...operands: never[]) => Promise<number | void>,
): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command
    const shell = shellOf(command)
    const cli = makeCli(shell, command.optsWithGlobals())
    // Commander hands over what the command declared: operands first, then its options.
    const operands = args.slice(0, -2) as never[]
    shell.exitCode = (await work(cli, args.at(-2) as never, ...operands)) ?? 0
  }
}

function formatOf(shell: Shell, options: GlobalOptions): Format {
  const asked = options.output ?? (options.json === true ? 'json' : 'table')
  const format = FORMATS.find((one) => one === asked)
  if (format !== undefined) return format
  throw new UsageError(shell.say('error.format', { value: asked, formats: FORMATS.join(', ') }))
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}
