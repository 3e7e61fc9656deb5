/** What the screens of the monitor read: a first answer, then the channel of the subject. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SubjectKind } from '../../messages/index.ts'
import type { Monitor, MonitorState } from '../../wire/index.ts'
import { api } from './session.ts'
import { useChannel } from './stream.tsx'

export type MonitorStep = '1s' | '1m' | '1h'
export interface Watched {
  readonly kind: SubjectKind
  /** '' of the whole net */
  readonly id: string
}

const REFRESH_MS = { '1s': 2_000, '1m': 15_000, '1h': 60_000 } as const

function askMonitor(
  { kind, id }: Watched,
  args: { query?: { step: MonitorStep; metrics?: string }; signal: AbortSignal },
): Promise<Monitor> {
  if (kind === 'hub') return api().monitorHub({ params: { hub_id: id }, ...args })
  if (kind === 'site') return api().monitorSite({ params: { site_id: id }, ...args })
  if (kind === 'node') return api().monitorNode({ params: { node_id: id }, ...args })
  return api().monitorNet(args)
}

const stateQuery = (watched: Watched) =>
  queryOptions({
    queryKey: ['monitor', watched.kind, watched.id],
    queryFn: ({ signal }): Promise<MonitorState> => askMonitor(watched, { signal }),
  })

/** The subject as it is, kept up to date by its channel. */
export function useMonitor(watched: Watched) {
  const client = useQueryClient()
  const query = useQuery(stateQuery(watched))
  const field = watched.kind === 'national' ? {} : { [`${watched.kind}_id`]: watched.id }
  // A subject that is not there has no channel either.
  useChannel(query.isSuccess ? `monitor.${watched.kind}` : null, field, (frame) => {
    client.setQueryData(stateQuery(watched).queryKey, frame.data)
  })
  return query
}

/** Series of some metrics of a subject. */
export function useSeries(watched: Watched, step: MonitorStep, metrics: readonly string[]) {
  const names = metrics.join(',')
  return useQuery({
    queryKey: ['monitor', watched.kind, watched.id, 'series', step, names],
    queryFn: async ({ signal }) =>
      (await askMonitor(watched, { query: { step, metrics: names }, signal })).series,
    refetchInterval: REFRESH_MS[step],
    placeholderData: (before) => before,
  })
}

export const busiestQuery = queryOptions({
  queryKey: ['monitor', 'busiest'],
  queryFn: ({ signal }) => api().listMonitorNodes({ signal }),
  refetchInterval: 3_000,
})
