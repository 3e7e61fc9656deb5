import { Number as Real, type TOptional } from 'typebox'
import {
  MONITOR_METRICS,
  SUBJECT_KINDS,
  nodeStatus,
  type MonitorMetric,
  type SeriesStep,
} from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  TimeInput,
  Word,
  Words,
  type Static,
  type TSchema,
} from '../schema.ts'
import { LocalText, Resources } from './common.ts'

/** A share from 0 to 1; null where nothing is known or there is nothing to have a share of. */
const Share = Nullable(Real())

/** Something of each metric that is measured. */
const OfMetrics = <T extends TSchema>(schema: T) =>
  Shape(
    Object.fromEntries(
      MONITOR_METRICS.map((metric) => [metric, Optional(schema)]),
    ) as unknown as Record<MonitorMetric, TOptional<T>>,
  )

/** How full and how busy, kept apart: what is promised, and what is in use. */
const usage = {
  /** what is leased or kept for own use, of what can be sold: cards where there are some, else cores */
  allocation_rate: Share,
  /** how busy it is: cards where there are some, else processors, of the nodes that report */
  utilisation: Share,
}

/** A node, site, hub or the whole net as it is now. */
export const MonitorSubject = Shape({
  kind: Words(...SUBJECT_KINDS),
  /** null for the whole net */
  id: Nullable(Text()),
  name: LocalText,
  site_id: Nullable(Text()),
  hub_id: Nullable(Text()),
  /** of a node, else null */
  status: Nullable(Word(nodeStatus)),
  /** of a node: its daemon is connected */
  connected: Nullable(Bool()),
  /** samples of the last five seconds are there */
  reporting: Bool(),
  sampled_at: Nullable(Time),
  nodes: Count,
  nodes_reporting: Count,
  /** leases that are being delivered */
  leases: Count,
  sellable: Resources,
  allocated: Resources,
  ...usage,
  /** the newest value of each metric that is measured; units are those of docs/monitoring.md */
  values: OfMetrics(Real()),
})
export type MonitorSubject = Static<typeof MonitorSubject>

/** Series of equal intervals; null where nothing was measured. */
export const MonitorSeries = Shape({
  /** when the first interval begins */
  from: Time,
  step_seconds: Count,
  count: Count,
  metrics: OfMetrics(
    Shape({
      mean: ArrayOf(Nullable(Real())),
      /** the highest second of each interval; null with steps of a second, where it is the mean */
      max: Nullable(ArrayOf(Nullable(Real()))),
    }),
  ),
})
export type MonitorSeries = Static<typeof MonitorSeries>

export const MonitorState = Shape({
  at: Time,
  /** samples before are not known: they are kept in memory and begin anew with the server */
  since: Time,
  subject: MonitorSubject,
  /** what it is part of, the largest first; without the net */
  above: ArrayOf(Shape({ kind: Words(...SUBJECT_KINDS), id: Text(), name: LocalText })),
  /** of the net its hubs, of a hub its sites, of a site its nodes: by name, at most 500 */
  parts: ArrayOf(MonitorSubject),
  /** how many parts there are */
  parts_total: Count,
})
export type MonitorState = Static<typeof MonitorState>

export const Monitor = Shape({
  ...MonitorState.properties,
  /** null unless `step` was given */
  series: Nullable(MonitorSeries),
})
export type Monitor = Static<typeof Monitor>

const MONITOR_STEPS = ['1s', '1m', '1h'] as const
const MonitorStep = Words(...MONITOR_STEPS)
export const STEP_SECONDS: Readonly<Record<(typeof MONITOR_STEPS)[number], SeriesStep>> = {
  '1s': 1,
  '1m': 60,
  '1h': 3_600,
}

/** Without `from`, 300 intervals before `until`; without `until`, now. */
export const MonitorQuery = Closed({
  from: Optional(TimeInput),
  until: Optional(TimeInput),
  step: Optional(MonitorStep),
  /** names of metrics with commas between; all when absent */
  metrics: Optional(Text({ maxLength: 512 })),
})
export type MonitorQuery = Static<typeof MonitorQuery>

export const MonitorNodesQuery = Closed({
  hub_id: Optional(Text({ maxLength: 32 })),
  site_id: Optional(Text({ maxLength: 32 })),
})
export const MonitorNodes = Shape({
  at: Time,
  since: Time,
  data: ArrayOf(MonitorSubject),
  /** nodes that there are; `data` holds at most 500 of them */
  total: Count,
})
export type MonitorNodes = Static<typeof MonitorNodes>
