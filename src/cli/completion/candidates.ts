/** What could stand where the cursor is: subcommands, options, their words, and live ids. */
import type { Command } from 'commander'
import { SuanError } from '../../client/index.ts'
import type { Cli } from '../cli.ts'
import { FORMATS } from '../output/format.ts'
import { findContexts } from '../settings.ts'

interface Place {
  readonly command: Command
  /** how many operands stand before the cursor */
  readonly operands: number
  /** the option whose value is being typed; null when none is */
  readonly option: string | null
}

/** Candidates for the last of `words`, which may be empty; only those that begin with it. */
export async function candidates(
  cli: Cli,
  root: Command,
  words: readonly string[],
): Promise<string[]> {
  const typed = words.at(-1) ?? ''
  const place = placeOf(root, words.slice(0, -1))
  const all = await allAt(cli, root, place, typed)
  return [...new Set(all)].filter((one) => one.startsWith(typed)).toSorted()
}

function placeOf(root: Command, words: readonly string[]): Place {
  let place: Place = { command: root, operands: 0, option: null }
  for (const word of words) {
    const { command, operands, option } = place
    if (option !== null) place = { command, operands, option: null }
    else if (word.startsWith('-'))
      place = { command, operands, option: valueOption(root, command, word) }
    else {
      const child = command.commands.find((one) => [one.name(), ...one.aliases()].includes(word))
      place =
        child === undefined
          ? { command, operands: operands + 1, option: null }
          : { command: child, operands: 0, option: null }
    }
  }
  return place
}

/** The long name of an option that waits for a value. */
function valueOption(root: Command, command: Command, word: string): string | null {
  if (word.includes('=')) return null
  const option = [...command.options, ...root.options].find((one) =>
    [one.long, one.short].includes(word),
  )
  return option?.required === true ? (option.long ?? null) : null
}

async function allAt(
  cli: Cli,
  root: Command,
  place: Place,
  typed: string,
): Promise<readonly string[]> {
  const { command, option, operands } = place
  if (option !== null) return OPTION_WORDS[option] ?? live(cli, option.replace(/^--/, ''))
  if (typed.startsWith('-')) {
    return [...command.options, ...root.options]
      .map((one) => one.long ?? '')
      .filter((one) => one !== '')
  }
  const names = command.commands.map((one) => one.name()).filter((name) => !name.startsWith('__'))
  if (names.length > 0) return names
  const argument = command.registeredArguments[operands] ?? command.registeredArguments.at(-1)
  return argument === undefined ? [] : live(cli, argument.name())
}

const OPTION_WORDS: Readonly<Record<string, readonly string[]>> = {
  '--output': FORMATS,
  '--lang': ['en', 'zh'],
  '--tif': ['GTC', 'IOC', 'FOK', 'GTD'],
  '--type': ['limit', 'market_to_limit'],
  '--interval': ['1m', '5m', '15m', '1h', '1d'],
  '--scope': [
    'read',
    'trade',
    'deliver',
    'transfer',
    'withdraw',
    'keys',
    'provide',
    'evaluate',
    'admin',
    'account',
    'member',
    'key',
  ],
  '--period': ['total', 'day', 'month'],
  '--grade': ['A', 'B', 'C', 'D', 'E', 'U'],
  '--stream': ['stdout', 'stderr', 'both'],
}

/** Ids and symbols as the exchange knows them now; none when it does not answer. */
async function live(cli: Cli, name: string): Promise<readonly string[]> {
  if (name === 'context') return findContexts(cli.shell).map((one) => one.name)
  if (name === 'side') return ['buy', 'sell']
  if (name === 'shell') return ['bash', 'zsh', 'fish']
  try {
    return await idsOf(cli, name)
  } catch (error) {
    if (error instanceof SuanError) return []
    throw error
  }
}

async function idsOf(cli: Cli, name: string): Promise<readonly string[]> {
  const client = await cli.client()
  const ids = ({ data }: { readonly data: readonly { readonly id: string }[] }): string[] =>
    data.map((one) => one.id)
  switch (name) {
    case 'symbol':
      return (await client.listInstruments()).data.map((one) => one.symbol)
    case 'order':
      return ids(await client.listOrders({ query: { status: 'open' } }))
    case 'workload':
      return ids(await client.listWorkloads())
    case 'allocation':
      return ids(await client.listAllocations({ query: { open: true } }))
    case 'node':
      return ids(await client.listNodes())
    case 'key':
      return ids(await client.listKeys())
    case 'account':
      return ids(await client.listAccounts())
    case 'hub':
      return (await client.listHubs()).data.map((one) => one.code)
    case 'product':
      return (await client.listProducts()).data.map((one) => one.code)
    default:
      return []
  }
}
