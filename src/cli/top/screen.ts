/** What `suan top` draws: lines of text from what is known and where the user is. */
import stringWidth from 'string-width'
import type { MonitorNodes, MonitorState, MonitorSubject } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import type { TextKey } from '../texts.ts'
import { pairLines, tableLines } from '../output/table.ts'
import { when } from '../output/values.ts'
import { shareText, watchedView } from '../views/monitor.ts'

export const SORTS = ['utilisation', 'allocation', 'memory', 'rtt', 'name'] as const
export type Sort = (typeof SORTS)[number]
const SORT_TITLES: Readonly<Record<Sort, TextKey>> = {
  utilisation: 'col.utilisation',
  allocation: 'col.allocatedRate',
  memory: 'col.memoryUsed',
  rtt: 'col.rtt',
  name: 'col.name',
}
const SORT_VALUES: Readonly<Record<Sort, (one: MonitorSubject) => number>> = {
  utilisation: (one) => one.utilisation ?? -1,
  allocation: (one) => one.allocation_rate ?? -1,
  memory: (one) => one.values.mem_used ?? -1,
  rtt: (one) => one.values.rtt_us ?? -1,
  name: () => 0,
}

/** Where the user is. */
export interface Place {
  readonly sort: Sort
  /** id of the marked node; null is the first */
  readonly marked: string | null
  readonly isOpen: boolean
}
export interface Seen {
  readonly net: MonitorState
  readonly nodes: MonitorNodes
  /** why there is nothing newer, or null */
  readonly trouble: string | null
}

/** The nodes in the order of the place. */
export function ordered({ data }: MonitorNodes, sort: Sort): MonitorSubject[] {
  const value = SORT_VALUES[sort]
  return data.toSorted((a, b) => value(b) - value(a) || (a.name.en < b.name.en ? -1 : 1))
}

/** A line before it is cut to the width of the screen. */
interface Line {
  readonly text: string
  readonly style?: 'bold' | 'dim' | 'red'
}

/** Lines of the whole screen, at most `rows`, none wider than `columns`. */
export function screenOf(
  cli: Cli,
  seen: Seen,
  place: Place,
  size: { readonly rows: number; readonly columns: number },
): string[] {
  const nodes = ordered(seen.nodes, place.sort)
  const at = Math.max(
    0,
    nodes.findIndex((one) => one.id === place.marked),
  )
  const head = headOf(cli, seen)
  const body = place.isOpen
    ? detailsOf(cli, nodes[at])
    : rowsOf(cli, nodes, at, size.rows - head.length - 1)
  const foot = place.isOpen
    ? cli.say('top.back')
    : cli.say('top.keys', { sort: cli.say(SORT_TITLES[place.sort]) })
  const lines = [...head, ...body].slice(0, size.rows - 1)
  return [...lines, { text: foot, style: 'dim' } as const].map(({ text, style }: Line) => {
    const line = cut(text, size.columns)
    return style === undefined ? line : cli.style(style, line)
  })
}

function headOf(cli: Cli, { net, trouble }: Seen): Line[] {
  const { subject, at, since } = net
  const text = cli.say('top.head', {
    nodes: subject.nodes,
    reporting: subject.nodes_reporting,
    allocated: shareText(subject.allocation_rate),
    busy: shareText(subject.utilisation),
    leases: subject.leases,
    at: when(cli, at),
  })
  const second: Line =
    trouble === null
      ? { text: cli.say('top.since', { since: when(cli, since) }), style: 'dim' }
      : { text: trouble, style: 'red' }
  return [{ text, style: 'bold' }, second, { text: '' }]
}

function rowsOf(cli: Cli, nodes: readonly MonitorSubject[], at: number, room: number): Line[] {
  if (nodes.length === 0) return [{ text: cli.say('empty.watched') }]
  const columns = watchedView.columns.filter((one) => one.wide !== true || cli.format === 'wide')
  // Titles above, and how many more below.
  const shown = Math.max(1, room - 2)
  const first = Math.max(0, Math.min(at - Math.floor(shown / 2), nodes.length - shown))
  const [title = '', ...rows] = tableLines(
    columns.map((one) => ({ title: cli.say(one.title), right: one.right === true })),
    nodes.slice(first, first + shown).map((one) => columns.map(({ cell }) => cell(one, cli))),
  )
  const left = nodes.length - first - rows.length
  return [
    { text: `  ${title}`, style: 'dim' },
    ...rows.map((row, n): Line =>
      first + n === at ? { text: `> ${row}`, style: 'bold' } : { text: `  ${row}` },
    ),
    ...(left > 0
      ? [{ text: `  ${cli.say('top.more', { count: left })}`, style: 'dim' } as const]
      : []),
  ]
}

function detailsOf(cli: Cli, one: MonitorSubject | undefined): Line[] {
  if (one === undefined) return [{ text: cli.say('empty.watched') }]
  const pairs = watchedView.columns.map(
    ({ title, cell }) => [cli.say(title), cell(one, cli)] as const,
  )
  return pairLines(pairs).map((text) => ({ text }))
}

/** As much of a text as fits. */
function cut(text: string, columns: number): string {
  let out = ''
  for (const character of text) {
    if (stringWidth(out + character) > columns) break
    out += character
  }
  return out
}
