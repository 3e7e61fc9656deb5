/** Results on stdout, in the form asked for; words around them on stderr. */
import type { Cli } from '../cli.ts'
import type { TextKey } from '../texts.ts'
import { csvOf } from './csv.ts'
import { pairLines, tableLines } from './table.ts'
import { yamlOf } from './yaml.ts'

export interface Column<T> {
  readonly title: TextKey
  readonly cell: (item: T, cli: Cli) => string
  readonly right?: boolean
  /** only with `-o wide` */
  readonly wide?: boolean
}

export interface ListView<T> {
  readonly columns: readonly Column<T>[]
  /** what `-o name` prints */
  readonly name: (item: T) => string
  /** said when there is nothing: what to do next */
  readonly empty: TextKey
}

interface Page<T> {
  readonly data: readonly T[]
  readonly next_cursor?: string | null
}

/** A list: rows for people, the API's own object as JSON and YAML, one object a line as JSONL. */
export function printList<T extends object>(cli: Cli, view: ListView<T>, page: Page<T>): void {
  const out = (text: string): void => cli.host.stdout.write(text)
  if (cli.format === 'json') out(`${JSON.stringify(page, null, 2)}\n`)
  else if (cli.format === 'yaml') out(yamlOf(page))
  else if (cli.format === 'jsonl')
    out(page.data.map((item) => `${JSON.stringify(item)}\n`).join(''))
  else if (cli.format === 'csv') out(csvOf(page.data))
  else if (cli.format === 'name') out(page.data.map((item) => `${view.name(item)}\n`).join(''))
  else printTable(cli, view, page)
}

function printTable<T>(cli: Cli, view: ListView<T>, page: Page<T>): void {
  if (page.data.length === 0) return cli.tell(cli.say(view.empty))
  const columns = view.columns.filter((one) => one.wide !== true || cli.format === 'wide')
  const [head = '', ...rows] = tableLines(
    columns.map((one) => ({ title: cli.say(one.title), right: one.right === true })),
    page.data.map((item) => columns.map((one) => one.cell(item, cli))),
  )
  cli.host.stdout.write(`${[cli.style('dim', head), ...rows].join('\n')}\n`)
  const next = page.next_cursor ?? null
  if (next !== null) cli.tell(cli.say('list.more', { count: page.data.length, cursor: next }))
}

/** One object: a line for each field for people, whole otherwise. */
export function printItem<T extends object>(
  cli: Cli,
  view: Pick<ListView<T>, 'columns' | 'name'>,
  item: T,
): void {
  if (!cli.forPeople) return printData(cli, item, view.name(item))
  const pairs = view.columns.map((one) => [cli.say(one.title), one.cell(item, cli)] as const)
  cli.host.stdout.write(`${pairLines(pairs).join('\n')}\n`)
}

/** What a write came to: a sentence for people, the API's answer otherwise. */
export function printDone(cli: Cli, result: object, name: string, sentence: string): void {
  if (cli.forPeople) cli.host.stdout.write(`${sentence}\n`)
  else printData(cli, result, name)
}

/** An object in one of the forms for programs. */
export function printData(cli: Cli, item: object, name: string): void {
  const texts = {
    json: () => `${JSON.stringify(item, null, 2)}\n`,
    jsonl: () => `${JSON.stringify(item)}\n`,
    yaml: () => yamlOf(item),
    csv: () => csvOf([item]),
    name: () => `${name}\n`,
  }
  if (cli.format !== 'table' && cli.format !== 'wide') cli.host.stdout.write(texts[cli.format]())
}
