/**
 * One benchmark in a process of its own, so that none meets code that another one warmed up or a heap
 * that it filled: `goal.js NAME [--json] [BURST]`. Exits 1 where a quiet machine misses a `must`; whatever
 * trades wrongly or does not balance throws, and exits 1 too.
 */
import { suitV8 } from '../src/engine/index.ts'
import { assert } from '../src/kernel/index.ts'
import { GOALS } from './goals.ts'
import { lookAround, type Quiet } from './quiet.ts'
import { failed, type Row } from './row.ts'

const [, , name = '', format, burst = ''] = process.argv
const goal = GOALS[name]
assert(goal !== undefined, `there is no benchmark ${name}`)
suitV8()
const machine = await lookAround()
const rows = await goal(burst === '' ? {} : { burst: Number(burst) })
for (const each of rows) {
  const line = format === '--json' ? JSON.stringify({ ...each, ...machine }) : text(each, machine)
  process.stdout.write(`${line}\n`)
}
process.exit(failed(rows, machine.quiet) ? 1 : 0)

function text(each: Row, { quiet, busy_before }: Quiet): string {
  const { goal: of, what, figure, unit, must, aim, better, ok, peer, peer_figure, ratio } = each
  const sign = better === 'high' ? '>=' : '<='
  const asked =
    ok === null ? '' : ` (must ${sign} ${must}, aim ${aim ?? '-'}: ${ok ? 'reached' : 'MISSED'})`
  const beside = peer === null ? '' : `  | ${peer}: ${peer_figure} ${unit}, ratio ${ratio}`
  const noise = quiet ? 'quiet' : `NOT quiet, ${Math.round(busy_before * 100)} % busy before`
  return `${of}  ${what}: ${figure} ${unit}${asked}${beside}  (load ${each.load}, ${noise})`
}
