/** The client of the public API that all commands use; `--curl` shows and `--dry-run` stops calls. */
import { createRequire } from 'node:module'
import type * as Sockets from 'ws'
import type { Client, Fetch, Socket } from '../client/index.ts'
import { Ending } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import type { GlobalOptions } from './settings.ts'
import type { Shell } from './shell.ts'

/** About one and a half seconds, so that a server that is not there is named soon. */
const RETRIES = 3

/** Writes that change nothing, so a dry run may make them. */
const HARMLESS = ['/v1/quotes', '/v1/orders/check']

export async function connect(
  shell: Shell,
  options: GlobalOptions,
  url: string,
  key: string | null,
  onResponse: (response: Response) => void = () => {},
): Promise<Client> {
  const { createClient } = await import('../client/index.ts')
  return createClient({
    baseUrl: url,
    token: key,
    language: shell.language,
    retries: options.dryRun === true ? 0 : RETRIES,
    fetch: watched(shell, options, onResponse),
    openSocket: (address) => openSocket(address, shell.language),
  })
}

/** Node 20 has no WebSocket of its own; the package is loaded only when one is opened. */
export function openSocket(address: string, language: string): Socket {
  const { WebSocket } = createRequire(import.meta.url)('ws') as typeof Sockets
  // Refusals over it come in this language, as those of requests do.
  return new WebSocket(address, { headers: { 'accept-language': language } })
}

/** The platform's fetch, with each call shown as curl when asked, and writes held back in a dry run. */
function watched(
  shell: Shell,
  options: GlobalOptions,
  onResponse: (response: Response) => void,
): Fetch {
  return async (url, init) => {
    const isWrite = init.method !== 'GET' && !HARMLESS.includes(new URL(url).pathname)
    const isHeld = options.dryRun === true && isWrite
    if (options.curl === true || isHeld) shell.host.stderr.write(`${curlOf(url, init)}\n`)
    if (isHeld) throw new Ending(EXIT.ok, shell.say('dryRun.notSent'))
    const response = await shell.host.fetch(url, init)
    onResponse(response)
    return response
  }
}

/** The call as a shell command; the key is named, not shown. */
function curlOf(url: string, init: Parameters<Fetch>[1]): string {
  const headers = Object.entries(init.headers).map(([name, value]) =>
    name === 'authorization'
      ? '-H "Authorization: Bearer $SUAN_API_KEY"'
      : `-H ${quote(`${name}: ${value}`)}`,
  )
  const body =
    init.body === undefined
      ? []
      : [`--data-binary ${typeof init.body === 'string' ? quote(init.body) : '@FILE'}`]
  return ['curl', `-X ${init.method}`, ...headers, ...body, quote(url)].join(' ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
