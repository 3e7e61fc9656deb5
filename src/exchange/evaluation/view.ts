/** What a query says of a node's reports, and of the class that it is sold in. */
import type { AssessmentView, ClassView, Dimension, StandingView } from '../../messages/index.ts'
import { dimension as dimensionWords } from '../../messages/index.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import { lowerMedian } from '../median.ts'
import type { EvaluationDesk } from './evaluation.ts'

/** Null for a node that no verified report is of. */
export function assessmentView(
  catalog: CatalogDesk,
  desk: EvaluationDesk,
  node: number,
): AssessmentView | null {
  const row = desk.assessment(node)
  if (row === null) return null
  const { standing, last, factors, retest } = row
  const skus = catalog.mustNode(node).grades.map(({ sku }) => sku)
  return {
    node,
    standing: standing === null ? null : { ...standing },
    last: last === null ? null : { ...last },
    factors: factors.map((each) => ({ ...each })),
    retest: retest === null ? null : { ...retest },
    classes: skus.map((sku) => classOf(catalog, desk, sku)),
  }
}

/** What stands of every node with a verified report. */
export function standingViews(desk: EvaluationDesk): readonly StandingView[] {
  return [...desk.assessments()].map(({ node, standing, factors }) => ({
    node,
    reportDigest: standing?.reportDigest ?? null,
    factors: factors.map((each) => ({ ...each })),
  }))
}

/** Medians of the points of all nodes that have a grade for the SKU. */
function classOf(catalog: CatalogDesk, desk: EvaluationDesk, sku: number): ClassView {
  const standing = catalog.nodes.rows().flatMap(({ node, grades }) => {
    const found = desk.assessment(node)?.standing ?? null
    return found !== null && grades.some((each) => each.sku === sku) ? [found] : []
  })
  const of = (dimension: Dimension): number[] =>
    standing.flatMap(({ dimensions }) => {
      const points = dimensions.find((each) => each.dimension === dimension)?.points ?? null
      return points === null ? [] : [points]
    })
  const medians = dimensionWords.values.map((dimension) => ({
    dimension,
    points: lowerMedian(of(dimension)),
  }))
  return { sku, nodes: standing.length, medians }
}
