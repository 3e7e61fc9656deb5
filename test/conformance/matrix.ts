import { setTimeout as sleep } from 'node:timers/promises'
import { DriverBench } from './bench.ts'
import { NotShown, unmet, type Cell, type ConformanceCase, type MatrixRow } from './case.ts'
import type { ConformanceEngine, FoundEngine } from './engines.ts'
import type { Listed } from './listed.ts'

const CASE_MS = 120_000

/** How strictly cells are read. */
export interface MatrixRules {
  readonly listed: readonly Listed[]
  /** continuous integration: every engine is there, and what cannot be shown stands in the list */
  readonly strict: boolean
}

/** The cases of one engine, one after the other in one bench. */
class Column {
  readonly engine: string
  readonly #found: FoundEngine
  readonly #rules: MatrixRules
  readonly #bench: DriverBench
  #broken: string | null = null

  constructor(engine: string, found: FoundEngine, rules: MatrixRules) {
    this.engine = engine
    this.#found = found
    this.#rules = rules
    this.#bench = new DriverBench(found.make, found)
  }

  /** An engine that cannot even begin fails every case. */
  async begin(): Promise<void> {
    try {
      await this.#found.begin?.()
      await this.#bench.begin()
    } catch (error) {
      this.#broken = `the engine could not begin: ${reasonOf(error)}`
    }
  }

  async end(): Promise<void> {
    if (this.#broken === null) await this.#bench.end()
    await this.#found.end?.()
  }

  /** The cell of a case. Runs nothing that the list says of, or that the driver says it cannot do. */
  async cell(conformanceCase: ConformanceCase): Promise<MatrixRow> {
    const from = performance.now()
    const row = (result: Cell, reason: string | null): MatrixRow => ({
      engine: this.engine,
      version: this.#found.version,
      case: conformanceCase.id,
      result,
      seconds: Math.round(performance.now() - from) / 1_000,
      reason,
    })
    const known = this.#rules.listed.find(
      (each) => each.engine === this.engine && each.case === conformanceCase.id,
    )
    if (known !== undefined) return row('not-enforceable', known.reason)
    if (this.#broken !== null) return row('fail', this.#broken)
    const lacks = unmet(conformanceCase.needs, this.#bench.driver)
    if (lacks.length > 0) {
      const reason = `the driver lacks: ${lacks.join(', ')}`
      return this.#rules.strict
        ? row('fail', `${reason}; the list of what is not enforceable does not say so`)
        : row('not-enforceable', reason)
    }
    try {
      await within(conformanceCase.run(this.#bench))
      await this.#bench.closeFurther()
      return row('pass', null)
    } catch (error) {
      const here = error instanceof NotShown && !this.#rules.strict
      return row(here ? 'not-enforceable' : 'fail', reasonOf(error))
    }
  }
}

/**
 * Runs cases on engines; `onRow` hears of each cell at once. Engines of this machine go one after the
 * other, and beside them those that are brought up elsewhere, which mostly wait.
 */
export async function runMatrix(
  engines: readonly ConformanceEngine[],
  cases: readonly ConformanceCase[],
  rules: MatrixRules,
  onRow: (row: MatrixRow) => void,
): Promise<void> {
  const lanes = [false, true].map((far) =>
    engines.filter(({ elsewhere = false }) => elsewhere === far),
  )
  await Promise.all(
    lanes.map(async (lane) => {
      for (const engine of lane) await runColumn(engine, cases, rules, onRow)
    }),
  )
}

/** Runs cases on an engine, or says that it is absent; `onRow` hears of each cell at once. */
export async function runColumn(
  engine: ConformanceEngine,
  cases: readonly ConformanceCase[],
  rules: MatrixRules,
  onRow: (row: MatrixRow) => void,
): Promise<void> {
  const found = await engine.find()
  if (!found.present) {
    for (const { id } of cases) onRow(absent(engine.name, id, found.why))
    return
  }
  const column = new Column(engine.name, found, rules)
  await column.begin()
  for (const each of cases) onRow(await column.cell(each))
  await column.end()
}

export function absent(engine: string, caseId: string, reason: string): MatrixRow {
  return { engine, version: '', case: caseId, result: 'absent', seconds: 0, reason }
}

/** 0 when every engine that is there does what it must; strictly, all must be there. */
export function exitCode(rows: readonly MatrixRow[], strict: boolean): number {
  const bad = rows.some(({ result }) => result === 'fail' || (strict && result === 'absent'))
  return bad ? 1 : 0
}

async function within(done: Promise<void>): Promise<void> {
  const cut = new AbortController()
  const late = sleep(CASE_MS, 'late', { signal: cut.signal }).catch(() => 'done')
  const first = await Promise.race([done.then(() => 'done'), late])
  cut.abort()
  if (first === 'late') throw new Error(`took longer than ${CASE_MS / 1_000} s`)
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\s+/g, ' ').trim().slice(0, 300)
}
