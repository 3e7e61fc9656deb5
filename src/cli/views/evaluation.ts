/** A report for people: what the machine says it is beside what was measured, and the scores. */
import { metricFacts, type EvaluationReport, type ToolReport } from '../../messages/index.ts'
import { summaries, type Summary } from '../../models/index.ts'
import type { Cli } from '../cli.ts'
import { printList, type ListView } from '../output/print.ts'
import { pairLines } from '../output/table.ts'
import { word } from '../output/values.ts'

interface MetricLine extends Summary {
  readonly metric: string
}
interface ScoreLine {
  readonly name: string
  readonly points: number | null
  readonly detail: string
}

const percent = (ppm: number): string => `${(ppm / 10_000).toFixed(1)} %`

const metricView: ListView<MetricLine> = {
  columns: [
    { title: 'col.metric', cell: (one) => one.metric },
    { title: 'col.value', cell: (one) => one.value.toLocaleString('en'), right: true },
    { title: 'col.metricUnit', cell: (one) => metricFacts(one.metric)?.unit ?? '' },
    { title: 'col.plusMinus', cell: (one) => `±${percent(one.plusMinusPpm)}`, right: true },
    { title: 'col.scatter', cell: (one) => percent(one.cvPpm), right: true },
    { title: 'col.runs', cell: (one) => String(one.runs), right: true },
  ],
  name: (one) => one.metric,
  empty: 'empty.metrics',
}
const scoreView: ListView<ScoreLine> = {
  columns: [
    { title: 'col.score', cell: (one) => one.name },
    { title: 'col.points', cell: (one) => String(one.points ?? '-'), right: true },
    { title: 'col.detail', cell: (one) => one.detail },
  ],
  name: (one) => one.name,
  empty: 'empty.metrics',
}

const toolView: ListView<ToolReport> = {
  columns: [
    { title: 'col.tool', cell: (one) => one.name },
    { title: 'col.status', cell: (one, cli) => word(cli, one.state) },
    { title: 'col.toolVersion', cell: (one) => one.version },
    { title: 'col.detail', cell: (one, cli) => word(cli, one.detail) },
  ],
  name: (one) => one.name,
  empty: 'empty.metrics',
}

/** Prints nominal and measured capability, the conditions, dimensions and profiles. */
export function printReport(cli: Cli, report: EvaluationReport): void {
  const { inventory, conditions, judgement, power } = report
  const machine = cli.say('evaluate.machine', {
    model: inventory.cpuModel,
    cores: inventory.cores,
    memory: inventory.memoryMib,
    disk: inventory.diskMib,
    gpus: inventory.gpus.length,
  })
  const watched = cli.say('evaluate.conditions', {
    foreign: conditions.foreignPermille,
    steal: conditions.stealPermille,
    pressure: conditions.pressurePermille,
    load: conditions.loadPermille,
    tier: power.tier,
  })
  const { stdout } = cli.host
  const lines = pairLines([
    [cli.say('evaluate.nominal'), machine],
    [cli.say('evaluate.measured'), watched],
  ])
  stdout.write(`${lines.join('\n')}\n\n`)
  printMetrics(cli, report)
  printTools(cli, report.tools)
  const dimensions = judgement.dimensions.map(({ dimension, points, unrated, plusMinusPpm }) => ({
    name: dimension,
    points,
    detail:
      points === null
        ? cli.say('evaluate.unrated', { reasons: unrated.join(' ') })
        : `±${percent(plusMinusPpm)}`,
  }))
  const profiles = judgement.profiles.map(({ profile, points, missing }) => ({
    name: `→ ${profile}`,
    points,
    detail: points === null ? cli.say('evaluate.missing', { dimensions: missing.join(' ') }) : '',
  }))
  printList(cli, scoreView, { data: [...dimensions, ...profiles] })
}

function printMetrics(cli: Cli, report: Pick<EvaluationReport, 'metrics'>): void {
  const data = [...summaries(report)].map(([metric, summary]) => ({ metric, ...summary }))
  printList(cli, metricView, { data })
  cli.host.stdout.write('\n')
}

/** Each tool with the reason why it gave nothing, and what those gave that were used. */
function printTools(cli: Cli, tools: readonly ToolReport[]): void {
  cli.host.stdout.write(`${cli.say('evaluate.tools')}\n`)
  printList(cli, toolView, { data: tools })
  cli.host.stdout.write('\n')
  const metrics = tools.flatMap((tool) => tool.metrics)
  if (metrics.length > 0) printMetrics(cli, { metrics })
}
