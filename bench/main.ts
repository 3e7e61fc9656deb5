/** `npm run bench [-- --json] [-- NAME ...]`: measures, prints figures beside their peers. */
import { cpus, loadavg, totalmem } from 'node:os'
import { firstLogLine } from './goals/first-log-line.ts'
import { http } from './goals/http.ts'
import { journal } from './goals/journal.ts'
import { ordersInProcess } from './goals/orders-in-process.ts'
import { spotCore } from './goals/spot-core.ts'
import { start } from './goals/start.ts'
import { websocket } from './goals/websocket.ts'
import type { Row } from './row.ts'

const GOALS: Readonly<Record<string, () => Promise<Row[]>>> = {
  'orders-in-process': ordersInProcess,
  'spot-core': spotCore,
  journal,
  http,
  websocket,
  start,
  'first-log-line': firstLogLine,
}

const words = process.argv.slice(2)
const json = words.includes('--json')
const named = words.filter((word) => !word.startsWith('--'))
const wanted = named.length === 0 ? Object.keys(GOALS) : named
const unknown = wanted.find((name) => GOALS[name] === undefined)
if (unknown !== undefined) {
  process.stderr.write(`no benchmark ${unknown}; there are ${Object.keys(GOALS).join(', ')}\n`)
  process.exit(2)
}
if (!json) {
  const memoryGib = Math.round(totalmem() / 2 ** 30)
  const load = loadavg().map((each) => each.toFixed(1))
  process.stdout.write(
    `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${memoryGib} GiB, Node ${process.version}, load ${load.join(' ')}\n`,
  )
}
for (const name of wanted) {
  const rows = (await GOALS[name]?.()) ?? []
  for (const each of rows) process.stdout.write(`${json ? JSON.stringify(each) : text(each)}\n`)
}
process.exit(0)

function text({ goal, what, figure, unit, peer, peer_figure, ratio, load }: Row): string {
  const beside = peer === null ? '' : `  | ${peer}: ${peer_figure} ${unit}, ratio ${ratio}`
  return `${goal}  ${what}: ${figure} ${unit}${beside}  (load ${load})`
}
