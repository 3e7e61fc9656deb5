/** `suan top`: machines as they are now. A table where it is piped, live on a terminal. */
import type { Command } from 'commander'
import { setTimeout as sleep } from 'node:timers/promises'
import { SuanError, type Client } from '../../client/index.ts'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { INTERRUPTED, QUIT, afterKey } from '../top/keys.ts'
import { ordered, screenOf, type Place, type Seen } from '../top/screen.ts'
import { watchedView } from '../views/monitor.ts'

interface TopOptions {
  readonly hub?: string
  readonly site?: string
}

const EVERY_MS = 1_000
/** the other screen of the terminal, without a cursor; and back */
const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const END_OF_LINE = '\u001b[K'
const END_OF_SCREEN = '\u001b[J'

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('top')
    .summary(say('help.top'))
    .description(say('help.top'))
    .option('--hub <hub>', say('help.topHub'))
    .option('--site <site>', say('help.topSite'))
    .action(task(top))
}

async function top(cli: Cli, options: TopOptions): Promise<number> {
  const client = await cli.client()
  const query = {
    ...(options.hub === undefined ? {} : { hub_id: await hubId(cli, client, options.hub) }),
    ...(options.site === undefined ? {} : { site_id: options.site }),
  }
  const { stdout, stdin } = cli.host
  const isLive = cli.forPeople && stdout.isTty && stdin.isTty
  if (!isLive) {
    printList(cli, watchedView, await client.listMonitorNodes({ query }))
    return EXIT.ok
  }
  const look = async (): Promise<Seen> => {
    const [net, nodes] = await Promise.all([
      client.monitorNet(),
      client.listMonitorNodes({ query }),
    ])
    return { net, nodes, trouble: null }
  }
  stdout.write(ENTER)
  try {
    return await live(cli, look)
  } finally {
    stdout.write(LEAVE)
  }
}

/** 1 look, 2 draw, 3 wait a second or for a key; until a key ends it. Gives the exit code. */
async function live(cli: Cli, look: () => Promise<Seen>): Promise<number> {
  let place: Place = { sort: 'utilisation', marked: null, isOpen: false }
  let seen = await look()
  const draw = (): void => {
    const { rows, columns } = cli.host.stdout
    const lines = screenOf(cli, seen, place, { rows: rows ?? 24, columns: columns ?? 80 })
    const text = lines.map((line) => `${line}${END_OF_LINE}`).join('\r\n')
    cli.host.stdout.write(`${HOME}${text}${END_OF_SCREEN}`)
  }
  const waiting = new AbortController()
  let deaf = (): void => {}
  const ended = new Promise<number>((end) => {
    deaf = cli.host.onKey((key) => {
      const next = afterKey(place, key, ordered(seen.nodes, place.sort))
      if (next === QUIT) return end(EXIT.ok)
      if (next === INTERRUPTED) return end(EXIT.interrupted)
      place = next
      draw()
    })
  })
  try {
    for (;;) {
      draw()
      const wait = sleep(EVERY_MS, null, { signal: waiting.signal }).catch(() => null)
      const code = await Promise.race([ended, wait])
      if (code !== null) return code
      seen = await look().catch((error: unknown) => {
        // The exchange is away: what was seen last stays, and says so.
        if (error instanceof SuanError) return { ...seen, trouble: error.message }
        throw error
      })
    }
  } finally {
    waiting.abort()
    deaf()
  }
}

async function hubId(cli: Cli, client: Client, given: string): Promise<string> {
  const hubs = await client.listHubs()
  const hub = hubs.data.find((one) => one.id === given || one.code === given)
  if (hub === undefined) throw new UsageError(cli.say('bad.hub', { value: given }))
  return hub.id
}
