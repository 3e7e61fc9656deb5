/** What is needed, as the flags of search, quote, buy and run say it, and its quote. */
import type { Command } from 'commander'
import type { Quote, QuoteBody, QuoteLeg } from '../wire/index.ts'
import type { Cli } from './cli.ts'
import { UsageError } from './errors.ts'
import { parseCards, parseCount } from './input/count.ts'
import { parseDuration } from './input/duration.ts'
import { parseMemory } from './input/memory.ts'
import { parseMoney } from './input/money.ts'
import { parsed } from './input/option.ts'
import type { Shell } from './shell.ts'

export interface NeedOptions {
  readonly cpu?: number
  readonly memory?: number
  readonly disk?: number
  readonly gpu?: { readonly model: string | null; readonly cards: number }
  readonly count?: number
  readonly maxPrice?: string
  readonly duration?: number
  readonly hub?: string
  readonly symbol?: string
  readonly unisolated?: boolean
}

/** `--cpu --memory --disk --gpu --max-price --hub --symbol`, shared by search and the money path. */
export function addNeedOptions(command: Command, shell: Shell): Command {
  const { say } = shell
  return command
    .option('--cpu <cores>', say('help.cpu'), parsed(shell, parseCount, 'bad.count'))
    .option('--memory <size>', say('help.memory'), parsed(shell, parseMemory, 'bad.memory'))
    .option('--disk <size>', say('help.disk'), parsed(shell, parseMemory, 'bad.memory'))
    .option('-g, --gpu <model:cards>', say('help.gpu'), parsed(shell, parseCards, 'bad.cards'))
    .option('-p, --max-price <price>', say('help.maxPrice'), parsed(shell, parseMoney, 'bad.money'))
    .option('--hub <hub>', say('help.hub'))
    .option('--symbol <symbol>', say('help.symbol'))
}

/** `--duration` and `--unisolated`, for what is really bought. */
export function addTermOptions(command: Command, shell: Shell): Command {
  const { say } = shell
  return command
    .option(
      '-d, --duration <time>',
      say('help.duration'),
      parsed(shell, parseDuration, 'bad.duration'),
    )
    .option('--unisolated', say('help.unisolated'))
}

/**
 * Asks for a quote. Machines without isolation are left out unless asked for; in the sandbox they
 * are accepted, and the plan says so. Errors: UsageError when nothing is asked for.
 */
export async function quoteFor(
  cli: Cli,
  need: NeedOptions,
  { colocate, sandbox }: { readonly colocate: boolean; readonly sandbox: boolean },
): Promise<Quote> {
  const client = await cli.client()
  const body = await bodyOf(cli, need, colocate, sandbox)
  const quote = await client.createQuote({ body })
  const model = need.gpu?.model ?? null
  return model === null ? quote : onlyModel(quote, model)
}

async function bodyOf(
  cli: Cli,
  need: NeedOptions,
  colocate: boolean,
  sandbox: boolean,
): Promise<QuoteBody> {
  if ((need.cpu ?? need.memory ?? need.disk ?? need.gpu) === undefined) {
    throw new UsageError(cli.say('error.noNeed'))
  }
  const times = need.count ?? 1
  return {
    class: need.gpu === undefined ? 'cpu' : 'gpu',
    cores: (need.cpu ?? 0) * times,
    memory_mib: (need.memory ?? 0) * times,
    disk_mib: (need.disk ?? 0) * times,
    cards: (need.gpu?.cards ?? 0) * times,
    duration_seconds: need.duration ?? null,
    max_price: need.maxPrice ?? null,
    hub_id: need.hub === undefined ? null : await hubId(cli, need.hub),
    symbol: need.symbol ?? null,
    colocate,
    isolation_none: sandbox || need.unisolated === true,
  }
}

/** The id of a hub given by id or code. Error: UsageError naming the hubs there are. */
async function hubId(cli: Cli, text: string): Promise<string> {
  const { data } = await (await cli.client()).listHubs()
  const wanted = text.toLowerCase()
  const hub = data.find((one) => one.id === text || one.code.toLowerCase() === wanted)
  if (hub !== undefined) return hub.id
  const hubs = data.map((one) => one.code).join(', ')
  throw new UsageError(cli.say('error.noHub', { value: text, hubs }))
}

/** Keeps the legs whose symbol names the card model. */
function onlyModel(quote: Quote, model: string): Quote {
  const fits = (leg: QuoteLeg): boolean => leg.symbol.toLowerCase().includes(model.toLowerCase())
  const legs = quote.legs.filter(fits)
  const first = legs[0]
  return {
    ...quote,
    legs,
    available: first !== undefined,
    total: first?.total ?? null,
    fee: first?.fee ?? null,
    escrow: first?.escrow ?? null,
    post_order_body: first?.post_order_body ?? null,
  }
}
