/** Whether a report holds by itself: everything that follows from its bytes is worked out anew. */
import { encode, leafHash, sha256Hex, toHex, treeRoot, utf8Encode } from '../kernel/index.ts'
import {
  REPORT_DAYS,
  SUITE,
  SUITE_DIGEST,
  SUITE_METRICS,
  TOOL_METRICS,
  inventory,
  toolName,
  type EvaluationReport,
  type Judgement,
  type ToolName,
  type ToolReport,
} from '../messages/index.ts'
import { REFERENCE_DIGEST } from './reference.ts'
import { judge } from './score.ts'

/** What is looked at, in this order. */
export type ReportCheck =
  | 'signature'
  | 'suite'
  | 'reference'
  | 'metrics'
  | 'tools'
  | 'evidence'
  | 'scores'
  | 'expiry'

export interface CheckedPart {
  readonly check: ReportCheck
  readonly ok: boolean
}

const DAY_US = 86_400_000_000
/** Logarithms of two runtimes may differ in the last bit: where a point rounds, by one. */
const ROUNDING = 1

/**
 * Looks at all parts of a report; it holds when each is ok. `signatureHolds` says whether the key in
 * it signed it; `nowUs` decides whether it has expired.
 */
export function checkReport(
  report: EvaluationReport,
  { signatureHolds, nowUs }: { readonly signatureHolds: boolean; readonly nowUs: number },
): readonly CheckedPart[] {
  const names = report.metrics.map(({ metric }) => metric)
  const isKnown = names.every((name) => Object.hasOwn(SUITE_METRICS, name))
  const lasts = report.expiresAtUs - report.measuredAtUs
  const isTimely = lasts > 0 && lasts <= REPORT_DAYS * DAY_US && report.expiresAtUs > nowUs
  return [
    { check: 'signature', ok: signatureHolds },
    { check: 'suite', ok: report.suite === SUITE && report.suiteDigest === SUITE_DIGEST },
    { check: 'reference', ok: report.referenceDigest === REFERENCE_DIGEST },
    { check: 'metrics', ok: isKnown && new Set(names).size === names.length },
    { check: 'tools', ok: areTools(report.tools) },
    { check: 'evidence', ok: report.evidenceRoot === evidenceRoot(report) },
    { check: 'scores', ok: isSame(report.judgement, judge(report)) },
    { check: 'expiry', ok: isTimely },
  ]
}

type Evidence = Pick<EvaluationReport, 'metrics' | 'tools'>

/**
 * Merkle root over the metrics with their raw runs, and then over each tool with what it was and its
 * own metrics, in the order of the report; hex.
 */
export function evidenceRoot({ metrics, tools }: Evidence): string {
  const lines = [...rowsOf(metrics), ...tools.map(toolRow)].map((row) => JSON.stringify(row))
  return toHex(treeRoot(lines.map((line) => leafHash(utf8Encode(line)))))
}
const rowsOf = (metrics: Evidence['metrics']): readonly unknown[] =>
  metrics.map(({ metric, runs, shares }) => [metric, runs, shares])
const toolRow = ({ name, state, version, binary, detail, metrics }: ToolReport): unknown => [
  name,
  state,
  version,
  binary,
  detail,
  rowsOf(metrics),
]

/** Every tool is told of once, in order; only one that was used has figures, and only its own. */
function areTools(tools: readonly ToolReport[]): boolean {
  const inOrder = toolName.values.filter((name) => tools.some((tool) => tool.name === name))
  return tools.length === inOrder.length && tools.every((tool, at) => isTool(tool, inOrder[at]))
}
function isTool({ name, state, binary, metrics }: ToolReport, expected?: ToolName): boolean {
  const names = metrics.map(({ metric }) => metric)
  const areOwn = names.every(
    (metric) => Object.hasOwn(TOOL_METRICS, metric) && TOOL_METRICS[metric]?.tool === name,
  )
  const isUsed = state === 'used'
  return (
    name === expected &&
    areOwn &&
    new Set(names).size === names.length &&
    (binary !== null) === isUsed &&
    (isUsed || names.length === 0)
  )
}

/** sha256 of the machine's nominal facts, as the daemon attests them; hex. */
export function inventoryDigest(report: Pick<EvaluationReport, 'inventory'>): string {
  return sha256Hex(encode(inventory, report.inventory))
}

function isSame(claimed: Judgement, found: Judgement): boolean {
  return (
    areSame(claimed.dimensions, found.dimensions) &&
    areSame(claimed.profiles, found.profiles) &&
    claimed.rated === found.rated &&
    claimed.reasons.join() === found.reasons.join()
  )
}

interface Score {
  readonly points: number | null
}
function areSame(claimed: readonly Score[], found: readonly Score[]): boolean {
  return (
    claimed.length === found.length && found.every((one, index) => isNear(one, claimed[index]!))
  )
}

/** The same in everything but the rounding of points. */
function isNear(found: Score, claimed: Score): boolean {
  const isPoint =
    found.points === claimed.points ||
    (found.points !== null &&
      claimed.points !== null &&
      Math.abs(found.points - claimed.points) <= ROUNDING)
  return isPoint && withoutPoints(found) === withoutPoints(claimed)
}
const withoutPoints = (score: Score): string => JSON.stringify({ ...score, points: null })
