/** The evaluation desk: measured reports of nodes become what the nodes may be sold as. */
import { list, struct, text, u32, u53 } from '../../kernel/index.ts'
import { grade } from '../../messages/index.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import type { NodeRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import { Table, type AnyTable, type Stateful } from '../table.ts'
import { gradeFor, type Thresholds } from './grades.ts'

const minimum = struct({ metric: text(32), atLeast: u53 })
const thresholdsRow = struct({
  sku: u32,
  thresholds: list(struct({ grade, minimums: list(minimum, 16) }), 6),
})

export class EvaluationDesk implements Stateful {
  readonly #thresholds = new Table<{ sku: number; thresholds: Thresholds }>(
    'thresholds',
    thresholdsRow,
    (row) => row.sku,
  )
  readonly tables = [this.#thresholds as unknown as AnyTable]
  readonly #catalog: CatalogDesk

  constructor(catalog: CatalogDesk) {
    this.#catalog = catalog
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
  /** Grades the node for every SKU by its last report; true when some grade changed. */
  gradeAll(ctx: Context, node: NodeRow): boolean {
    let changed = false
    for (const { sku } of this.#thresholds.values()) {
      if (this.#grade(ctx, node, sku)) changed = true
    }
    return changed
  }
  rebuild(): void {
    // grades are kept in the rows of the nodes
  }

  #grade(ctx: Context, node: NodeRow, sku: number): boolean {
    const now =
      node.evaluation === null
        ? 'U'
        : gradeFor(this.#thresholds.must(sku).thresholds, node.evaluation.metrics)
    if (now === this.#catalog.gradeOf(node, sku)) return false
    const others = node.grades.filter((each) => each.sku !== sku)
    node.grades = now === 'U' ? others : [...others, { sku, grade: now }]
    ctx.emit({ kind: 'NodeGraded', node: node.node, sku, grade: now })
    return true
  }
}
