import { formatTime } from '../../kernel/index.ts'
import type { Subject } from '../../messages/index.ts'
import type { EndpointGroups, MonitorQuery } from '../../wire/index.ts'
import type { Handlers } from '../handler.ts'
import { mustNumber, numberOrNull } from '../inputs.ts'
import { seriesOf } from '../monitor/series.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'

const NODES_MAX = 500

export function monitorHandlers(services: Services): Pick<Handlers, EndpointGroups['monitor']> {
  const of = (kind: 'hub' | 'site' | 'node', id: string, query: MonitorQuery) =>
    told(services, { kind, number: mustNumber(kind, id) }, query)
  return {
    monitorNet: ({ query }) => told(services, { kind: 'national', number: 0 }, query),
    monitorHub: ({ params, query }) => of('hub', params.hub_id, query),
    monitorSite: ({ params, query }) => of('site', params.site_id, query),
    monitorNode: ({ params, query }) => of('node', params.node_id, query),
    listMonitorNodes: async ({ query }) => {
      const where = {
        hub: numberOrNull('hub', query.hub_id),
        site: numberOrNull('site', query.site_id),
      }
      return {
        at: formatTime(services.nowUs()),
        since: formatTime(services.monitor.telemetry.since * 1e6),
        ...services.monitor.nodes(where, NODES_MAX),
      }
    },
  }
}

async function told(services: Services, subject: Subject, query: MonitorQuery) {
  const { monitor } = services
  const series = await seriesOf(monitor.telemetry, subject, query, services.nowUs())
  const state = monitor.state(subject)
  if (state === null) throw refused('NOT_FOUND', { what: subject.kind, id: subject.number })
  return { ...state, series }
}
