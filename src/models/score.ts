/**
 * Scores of a measured machine (spec/delivery.md section 5): weighted geometric means of ratios to a
 * frozen reference, so that who ranks above whom does not depend on the reference machine. What was
 * not measured is never made up: it leaves its dimension, and each profile that needs it, unrated.
 */
import {
  WAITED_PERMILLE,
  dimension as dimensionWords,
  metricFacts,
  profile as profileWords,
  type Conditions,
  type Dimension,
  type DimensionScore,
  type EvaluationReport,
  type Judgement,
  type Profile,
  type ProfileScore,
  type UnratedReason,
} from '../messages/index.ts'
import { DIMENSIONS, PROFILES, type Part } from './reference.ts'
import { median, summarize, type Summary } from './statistics.ts'

const MINIMUM_RUNS = 5
/** Beyond these, × 1,000, a measurement is of a busy machine. */
const QUIET = { foreign: 50, steal: 20, pressure: 100 }
/** A clock that falls below this part of its highest, × 1,000, was throttled. */
const STEADY_CLOCK = 750

/** What scores are made of. */
export type Measured = Pick<EvaluationReport, 'metrics' | 'conditions' | 'power'>

/** Works out all scores of a measurement, with the reasons for what is not rated. */
export function judge(measured: Measured): Judgement {
  const facts = { measured, values: summaries(measured), busy: busyReasons(measured) }
  const dimensions = dimensionWords.values.map((dimension) => scoreDimension(dimension, facts))
  const general = dimensions.find(({ dimension }) => dimension === 'general')
  return {
    dimensions,
    profiles: profileWords.values.map((profile) => scoreProfile(profile, dimensions)),
    rated: general?.unrated.length === 0,
    reasons: [...(general?.unrated ?? [])],
  }
}

/** Summary of each metric's runs, by name. */
export function summaries({ metrics }: Pick<Measured, 'metrics'>): ReadonlyMap<string, Summary> {
  return new Map(metrics.map(({ metric, runs }) => [metric, summarize(runs)]))
}

/**
 * All that may meet a minimum of an instrument, by name: metrics of the suite and of tools, less those
 * that scatter, were taken too seldom, or waited for a processor.
 */
export function usable(report: Pick<EvaluationReport, 'metrics' | 'tools'>): [string, Summary][] {
  const all = [report.metrics, ...report.tools.map(({ metrics }) => metrics)].flat()
  return all.flatMap(({ metric, runs, shares }): [string, Summary][] => {
    const summary = summarize(runs)
    return hasWaited({ shares }) || faultOf(metric, summary) !== null ? [] : [[metric, summary]]
  })
}

/** Why a summary may not be used for a score; null when it may. */
export function faultOf(metric: string, summary: Summary | undefined): UnratedReason | null {
  if (summary === undefined || summary.value <= 0) return 'MISSING_METRIC'
  if (summary.runs < MINIMUM_RUNS) return 'TOO_FEW_RUNS'
  return summary.cvPpm > (metricFacts(metric)?.scatterPpm ?? 0) ? 'SCATTER' : null
}

/** Weighted geometric mean of values and their references; 1,000 is the reference machine. */
export function points(parts: readonly (Part & { readonly value: number })[]): number {
  return 1_000 * geometric(parts.map((one) => [ratio(one), one.weight]))
}

function ratio({ metric, reference, value }: Part & { readonly value: number }): number {
  const isLower = metricFacts(metric)?.lowerIsBetter === true
  return isLower ? reference / value : value / reference
}

/** exp(Σ w ln x / Σ w) of values above zero and their weights. */
function geometric(weighted: readonly (readonly [value: number, weight: number])[]): number {
  let [logs, weights] = [0, 0]
  for (const [value, weight] of weighted) {
    logs += weight * Math.log(value)
    weights += weight
  }
  return Math.exp(logs / weights)
}

/** Reasons that leave everything unrated: the machine was not measured alone and at full speed. */
function busyReasons({ conditions, metrics }: Measured): UnratedReason[] {
  const reasons: UnratedReason[] = []
  if (conditions.foreignPermille > QUIET.foreign || metrics.some(hasWaited)) reasons.push('LOADED')
  if (conditions.stealPermille > QUIET.steal) reasons.push('STEAL')
  if (conditions.pressurePermille > QUIET.pressure) reasons.push('PRESSURE')
  if (isThrottled(conditions)) reasons.push('FREQUENCY')
  return reasons
}

function hasWaited({ shares }: { readonly shares: readonly number[] }): boolean {
  return shares.length > 0 && median(shares) < WAITED_PERMILLE
}

function isThrottled({ lowestKhz, highestKhz }: Conditions): boolean {
  return lowestKhz !== null && highestKhz !== null && lowestKhz * 1_000 < highestKhz * STEADY_CLOCK
}

interface Facts {
  readonly measured: Measured
  readonly values: ReadonlyMap<string, Summary>
  readonly busy: readonly UnratedReason[]
}

function scoreDimension(dimension: Dimension, { measured, values, busy }: Facts): DimensionScore {
  const parts = DIMENSIONS[dimension]
  const reasons = new Set(busy)
  for (const { metric } of parts) {
    const fault = faultOf(metric, values.get(metric))
    if (fault !== null) reasons.add(fault)
  }
  if (dimension === 'efficiency' && measured.power.tier === 'P0') reasons.add('POWER_TIER')
  const unrated = [...reasons]
  if (unrated.length > 0) return { dimension, points: null, plusMinusPpm: 0, unrated }
  const found = parts.map((one) => ({ ...one, value: values.get(one.metric)?.value ?? 0 }))
  const plusMinusPpm = Math.round(interval(parts, values))
  return { dimension, points: Math.round(points(found)), plusMinusPpm, unrated }
}

/** Relative errors of the factors of a geometric mean add up as squares of their weighted parts. */
function interval(parts: readonly Part[], values: ReadonlyMap<string, Summary>): number {
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0)
  const squares = parts.map(
    ({ metric, weight }) => (((values.get(metric)?.plusMinusPpm ?? 0) * weight) / weights) ** 2,
  )
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
}

function scoreProfile(profile: Profile, dimensions: readonly DimensionScore[]): ProfileScore {
  const known = new Map(dimensions.map((one) => [one.dimension, one.points]))
  const missing: Dimension[] = []
  const parts: [number, number][] = []
  for (const [name, weight] of PROFILES[profile]) {
    const found = known.get(name) ?? null
    if (found === null) missing.push(name)
    else parts.push([found, weight])
  }
  const value = missing.length > 0 ? null : Math.round(geometric(parts))
  return { profile, points: value, missing }
}
