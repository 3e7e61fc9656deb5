/** What a tool is asked, and what comes of it. */
import type { ReportMetric, ToolName, ToolReport } from '../../../messages/index.ts'
import { findProgram } from '../../inspect/engines.ts'
import type { Effort } from '../effort.ts'

/** What an operator says about tools. */
export interface ToolChoice {
  /** the tools that may be used */
  readonly names: readonly ToolName[]
  /** `host` or `host:port` of a server of iperf3; null measures no throughput with it */
  readonly iperf3: string | null
  /** image of a container that measures the cards (docs/evaluation.md); null measures none */
  readonly gpuProbe: string | null
}

export interface ToolWorld {
  readonly choice: ToolChoice
  /** a folder on the disk that workloads will use */
  readonly folder: string
  readonly effort: Effort
}

/** What a tool that was used has found; anything else is a ToolTrouble. */
export type ToolFound = Pick<ToolReport, 'version' | 'binary' | 'detail' | 'metrics'>

/** Why a tool gave nothing; the report says so, and nothing is made up for it. */
export class ToolTrouble extends Error {
  readonly state: 'absent' | 'skipped' | 'failed'

  constructor(state: 'absent' | 'skipped' | 'failed', detail: string) {
    super(detail)
    this.state = state
  }
}

/** Full path of a program; throws ToolTrouble `absent` when it is not there. */
export function mustFind(program: string): string {
  const path = findProgram(program)
  if (path === null) throw new ToolTrouble('absent', `no ${program} on PATH`)
  return path
}

/** Runs as a report has them: whole numbers, none below zero. */
export function toolMetric(
  name: string,
  runs: readonly number[],
  shares: readonly number[] = [],
): ReportMetric {
  const whole = (values: readonly number[]): number[] =>
    values.slice(0, 16).map((value) => Math.max(0, Math.round(value)))
  return { metric: name, runs: whole(runs), shares: whole(shares) }
}
