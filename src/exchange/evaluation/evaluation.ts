/** The evaluation desk: measured reports of nodes become what the nodes may be sold as. */
import { mulDivFloor } from '../../kernel/index.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import type { NodeRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import { Table, type AnyTable, type Stateful } from '../table.ts'
import { factorFor } from './factor.ts'
import { gradeFor, type Thresholds } from './grades.ts'
import { assessmentRow, thresholdsRow, type AssessmentRow } from './rows.ts'

/** What challenges say of nodes. */
interface Proven {
  isBarred(node: number): boolean
  deliverablePpm(node: number): number | null
}

export class EvaluationDesk implements Stateful {
  readonly #thresholds = new Table<{ sku: number; thresholds: Thresholds }>(
    'thresholds',
    thresholdsRow,
    (row) => row.sku,
  )
  readonly #assessments = new Table<AssessmentRow>('assessments', assessmentRow, (row) => row.node)
  readonly tables = [this.#thresholds, this.#assessments] as unknown as readonly AnyTable[]
  readonly #catalog: CatalogDesk

  readonly #proven: Proven

  constructor(catalog: CatalogDesk, proven: Proven) {
    this.#catalog = catalog
    this.#proven = proven
  }

  thresholds(sku: number): Thresholds | undefined {
    return this.#thresholds.get(sku)?.thresholds
  }
  /** Sets a SKU's thresholds; nodes have their old grades until they are graded anew. */
  setThresholds(sku: number, thresholds: Thresholds): void {
    const row = this.#thresholds.get(sku)
    if (row === undefined) this.#thresholds.insert({ sku, thresholds })
    else row.thresholds = thresholds
  }
  /** What is known of a node's reports; null before the first. */
  assessment(node: number): AssessmentRow | null {
    return this.#assessments.get(node) ?? null
  }
  /** What is known of the reports of all nodes. */
  assessments(): IterableIterator<AssessmentRow> {
    return this.#assessments.values()
  }
  /** What is known of a node, to be changed: a row is made when there is none. */
  assessmentOf(node: number): AssessmentRow {
    const empty = { node, standing: null, last: null, factors: [], retest: null }
    return this.#assessments.get(node) ?? this.#assessments.insert(empty)
  }
  /** No verified report stands of the node any more; factors end as it is graded anew. */
  endStanding(node: number): void {
    const row = this.#assessments.get(node)
    if (row !== undefined) row.standing = null
  }
  /** Grades the node for every SKU by its last report; true when some grade changed. */
  gradeAll(ctx: Context, node: NodeRow): boolean {
    let changed = false
    for (const { sku } of this.#thresholds.values()) {
      if (this.#grade(ctx, node, sku)) changed = true
      this.#setFactor(ctx, node, sku)
    }
    return changed
  }
  rebuild(): void {
    // grades are kept in the rows of the nodes
  }

  #grade(ctx: Context, node: NodeRow, sku: number): boolean {
    const isUnrated = node.evaluation === null || this.#proven.isBarred(node.node)
    const now =
      isUnrated || node.evaluation === null
        ? 'U'
        : gradeFor(this.#thresholds.must(sku).thresholds, node.evaluation.metrics)
    if (now === this.#catalog.gradeOf(node, sku)) return false
    const others = node.grades.filter((each) => each.sku !== sku)
    node.grades = now === 'U' ? others : [...others, { sku, grade: now }]
    ctx.emit({ kind: 'NodeGraded', node: node.node, sku, grade: now })
    return true
  }

  /** What part of a standard hour the node gives; only verified reports have one (rule EVA-013). */
  #setFactor(ctx: Context, node: NodeRow, sku: number): void {
    const row = this.#assessments.get(node.node)
    if (row === undefined) return
    const best = this.#thresholds.must(sku).thresholds[0]
    const isKnown = row.standing !== null && best !== undefined
    const factorPpm = isKnown ? this.#factor(node, best.minimums) : null
    const before = row.factors.find((one) => one.sku === sku)?.factorPpm ?? null
    if (factorPpm === before) return
    const others = row.factors.filter((one) => one.sku !== sku)
    row.factors = factorPpm === null ? others : [...others, { sku, factorPpm }]
    ctx.emit({ kind: 'NodeFactorSet', node: node.node, sku, factorPpm })
  }
  /** What its report says, times what of it witnesses inside leases found (rule PRF-011). */
  #factor(node: NodeRow, minimums: Thresholds[number]['minimums']): number | null {
    const reported = factorFor(minimums, node.evaluation?.metrics ?? [])
    const deliverable = this.#proven.deliverablePpm(node.node)
    if (reported === null || deliverable === null) return reported
    return Number(mulDivFloor(BigInt(reported), BigInt(deliverable), 1_000_000n))
  }
}
