/** `npm run conformance`: the matrix of engines and cases on this machine. The help says how. */
import { parseArgs } from 'node:util'
import type { MatrixRow } from './case.ts'
import { CASES } from './cases/index.ts'
import { ENGINES, inOrder } from './engines.ts'
import { readListed } from './listed.ts'
import { exitCode, runMatrix } from './matrix.ts'
import { asJson, asTable } from './print.ts'

const HELP = `npm run conformance -- [--json] [--engine NAME ...] [--case ID ...]
Runs every case on every engine that this machine has; exit status 1 when one fails.
With CI=true an engine that is absent fails too.
engines: ${ENGINES.map(({ name }) => name).join(', ')}
cases: ${CASES.map(({ id }) => id).join(', ')}
`

process.exit(await main())

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      engine: { type: 'string', multiple: true },
      case: { type: 'string', multiple: true },
    },
  })
  const engines = ENGINES.filter(({ name }) => values.engine?.includes(name) ?? true)
  const cases = CASES.filter(({ id }) => values.case?.includes(id) ?? true)
  if (values.help || engines.length === 0 || cases.length === 0) {
    process.stderr.write(HELP)
    return values.help ? 0 : 2
  }
  const strict = process.env['CI'] === 'true'
  const rows: MatrixRow[] = []
  const rules = { listed: readListed(), strict }
  await runMatrix(engines, cases, rules, (row) => {
    rows.push(row)
    process.stderr.write(`${row.engine} ${row.case}: ${row.result}\n`)
  })
  process.stdout.write((values.json ? asJson : asTable)(inOrder(rows)))
  return exitCode(rows, strict)
}
