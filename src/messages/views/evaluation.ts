/** What queries return about reports of machines. */
import type { Dimension, UnratedReason } from '../evaluation.ts'

export interface DimensionPoints {
  readonly dimension: Dimension
  /** 1,000 is the reference machine; null is not rated */
  readonly points: number | null
}

/** One verified report. */
export interface AssessedReport {
  /** who reported */
  readonly account: number
  /** by an assessor that is not the provider */
  readonly independent: boolean
  readonly suite: string
  readonly referenceDigest: string
  readonly dimensions: readonly DimensionPoints[]
  readonly rated: boolean
  readonly reasons: readonly UnratedReason[]
  /** sha256 of the report's file, which the exchange keeps */
  readonly reportDigest: string
  readonly inventoryDigest: string
  readonly measuredAtUs: number
  readonly expiresAtUs: number
}

/** The nodes that have a grade for a SKU: how many, and the medians of their points. */
export interface ClassView {
  readonly sku: number
  readonly nodes: number
  readonly medians: readonly DimensionPoints[]
}

export interface AssessmentView {
  readonly node: number
  /** the report that the grades come from */
  readonly standing: AssessedReport | null
  /** the last report, which may be unrated */
  readonly last: AssessedReport | null
  /** what part of a standard hour of a SKU an hour of this node is */
  readonly factors: readonly { readonly sku: number; readonly factorPpm: number }[]
  /** the provider asked for another assessor */
  readonly retest: {
    readonly account: number
    readonly reason: string
    readonly requestedAtUs: number
  } | null
  readonly classes: readonly ClassView[]
}

/** What stands of one node's reports, for tables of all nodes. */
export interface StandingView {
  readonly node: number
  /** sha256 of the file of the report that the grades come from; null when none stands */
  readonly reportDigest: string | null
  readonly factors: AssessmentView['factors']
}
