/** Series of the monitor as the API tells them. */
import { formatTime } from '../../kernel/index.ts'
import { MONITOR_METRICS, type MonitorMetric, type Subject } from '../../messages/index.ts'
import type { Telemetry } from '../../telemetry/index.ts'
import { STEP_SECONDS, type MonitorQuery, type MonitorSeries } from '../../wire/index.ts'
import { timeInput } from '../inputs.ts'
import { malformed } from '../problem.ts'

const DEFAULT_POINTS = 300
/** digits that mean something of a 16-bit value */
const DIGITS = 5

/** A number with the digits that mean something. */
export function plain(value: number): number {
  return Number(value.toPrecision(DIGITS))
}

/** The series that a query asks for; null when it asks for none. Refuses with MALFORMED. */
export async function seriesOf(
  telemetry: Telemetry,
  subject: Subject,
  query: MonitorQuery,
  nowUs: number,
): Promise<MonitorSeries | null> {
  if (query.step === undefined) return null
  const step = STEP_SECONDS[query.step]
  const until = Math.floor((timeInput('until', query.until) ?? nowUs) / 1e6) + 1
  const fromUs = timeInput('from', query.from)
  const from = fromUs === null ? until - DEFAULT_POINTS * step : Math.floor(fromUs / 1e6)
  const metrics = metricsOf(query.metrics)
  const answer = await telemetry.read(subject, { from, until, step }, metrics)
  if (answer === null) return null
  return {
    from: formatTime(answer.from * 1e6),
    step_seconds: step,
    count: answer.mean[0]?.length ?? 0,
    metrics: Object.fromEntries(
      metrics.map((metric, at) => [
        metric,
        {
          mean: numbers(answer.mean[at]!),
          max: step === 1 ? null : numbers(answer.highest[at]!),
        },
      ]),
    ),
  }
}

function metricsOf(text: string | undefined): readonly MonitorMetric[] {
  if (text === undefined) return MONITOR_METRICS
  const names = new Set(text.split(','))
  const found = MONITOR_METRICS.filter((metric) => names.has(metric))
  if (found.length === names.size) return found
  const message = `names of ${MONITOR_METRICS.join(', ')}`
  throw malformed({ field: 'metrics', code: 'enum', message })
}

function numbers(points: Float32Array): (number | null)[] {
  return Array.from(points, (value) => (Number.isNaN(value) ? null : plain(value)))
}
