/** `suan replay-monitor FILE`: a recorded cluster on the monitor, as synthetic nodes. */
import type { Command } from 'commander'
import { basename, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SuanError, type Client } from '../../client/index.ts'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { parseCount } from '../input/count.ts'
import { parsed } from '../input/option.ts'
import { fill, readSeries, split, type RecordedMinute } from '../replay/series-file.ts'
import { SyntheticNode } from '../replay/synthetic-node.ts'
import { shellOf } from '../shell.ts'

interface Options {
  readonly nodes: number
  readonly hub?: string
  readonly site?: string
  readonly from: number
  readonly rows?: number
  readonly speed: number
  readonly data?: string
}

const SECOND_MS = 1_000

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const count = parsed(shell, parseCount, 'bad.count')
  program
    .command('replay-monitor <file>')
    .summary(say('help.replayMonitor'))
    .description(say('help.replayMonitor'))
    .option('--nodes <n>', say('help.replayNodes'), count, 12)
    .option('--hub <code>', say('help.providerHub'))
    .option('--site <name>', say('help.replaySite'))
    .option('--from <row>', say('help.replayFrom'), count, 1)
    .option('--rows <n>', say('help.replayRows'), count)
    .option('--speed <minutes>', say('help.replaySpeed'), count, 1)
    .option('--data <folder>', say('help.replayData'))
    .action(task(replay))
}

/** 1 read the record, 2 open its nodes, 3 a row a second until it ends or is interrupted, 4 close. */
async function replay(cli: Cli, options: Options, file: string): Promise<number> {
  const rows = readSeries(resolve(cli.host.cwd, file))
  const record = rows?.slice(options.from - 1)
  if (record === undefined || record.length === 0) {
    throw new UsageError(cli.say('bad.record', { value: file }))
  }
  const name = options.site ?? nameOf(file)
  const provider = await cli.client()
  const siteId = await siteOf(cli, provider, name, options.hub)
  const { url } = cli.settings()
  const folder = resolve(options.data ?? join(cli.host.cwd, '.suan', 'replay'), name)
  const most = record.reduce((highest, row) => Math.max(highest, row.total), 0)
  const nodes: SyntheticNode[] = []
  for (const [at, cards] of split(most, options.nodes).entries()) {
    const handle = `${name}-${at + 1}`
    const place = { provider, url, folder: join(folder, String(at + 1)), handle, siteId, cards }
    nodes.push(await SyntheticNode.open(place))
  }
  cli.tell(cli.say('replay.begun', { rows: record.length, nodes: nodes.length, site: name }))
  const wasInterrupted = await play(cli, record, nodes, options)
  for (const node of nodes) await node.close()
  return wasInterrupted ? EXIT.interrupted : EXIT.ok
}

/** `helios-earth-vc6YE` of `…/helios_earth_vc6YE_sequence_1min.csv.gz`. */
function nameOf(file: string): string {
  return basename(file)
    .replace(/(_sequence_1min)?\..*$/, '')
    .replaceAll('_', '-')
    .slice(0, 40)
}

async function play(
  cli: Cli,
  record: readonly RecordedMinute[],
  nodes: readonly SyntheticNode[],
  { speed, rows = Infinity }: Options,
): Promise<boolean> {
  const state = { isInterrupted: false }
  const deaf = cli.host.onInterrupt(() => {
    state.isInterrupted = true
  })
  const sizes = nodes.map((node) => node.cards)
  const tellers = setInterval(() => {
    for (const node of nodes) node.tell(cli.host.nowMs())
  }, SECOND_MS)
  try {
    for (let at = 0, told = 0; at < record.length && told < rows; at += speed, told++) {
      if (state.isInterrupted) return true
      const beganMs = cli.host.nowMs()
      const used = fill(record[at]!.used, sizes)
      await Promise.all(nodes.map((node, place) => node.use(used[place]!, beganMs)))
      await sleep(Math.max(0, beganMs + SECOND_MS - cli.host.nowMs()))
    }
    return false
  } finally {
    clearInterval(tellers)
    deaf()
  }
}

/** The provider's site of this name in the hub, added when it is not there. */
async function siteOf(cli: Cli, provider: Client, handle: string, code?: string): Promise<string> {
  const hubs = await provider.listHubs()
  const hub = hubs.data.find((one) => code === undefined || one.code === code)
  if (hub === undefined) throw new UsageError(cli.say('bad.hub', { value: code ?? '' }))
  try {
    return (await provider.addSite({ body: { hub_id: hub.id, handle } })).site.id
  } catch (error) {
    if (!(error instanceof SuanError) || error.code !== 'ALREADY_EXISTS') throw error
    const known = (await provider.listSites()).data.find((one) => one.handle === handle)
    if (known === undefined) throw error
    return known.id
  }
}
