import { Monitor, MonitorNodes, MonitorNodesQuery, MonitorQuery } from '../dto/monitor.ts'
import { endpoints } from '../endpoint.ts'

const define = endpoints('monitor')

export const monitorEndpoints = {
  monitorNet: define('GET /v1/monitor/national', {
    access: 'public',
    summary: 'The whole net: allocation rate, utilisation, quality, and its hubs',
    query: MonitorQuery,
    response: Monitor,
  }),
  monitorHub: define('GET /v1/monitor/hubs/{hub_id}', {
    access: 'public',
    summary: 'One hub and its sites',
    query: MonitorQuery,
    response: Monitor,
  }),
  monitorSite: define('GET /v1/monitor/sites/{site_id}', {
    access: 'public',
    summary: 'One site and its nodes',
    query: MonitorQuery,
    response: Monitor,
  }),
  monitorNode: define('GET /v1/monitor/nodes/{node_id}', {
    access: 'public',
    summary: 'One node: what it measured, second by second',
    query: MonitorQuery,
    response: Monitor,
  }),
  listMonitorNodes: define('GET /v1/monitor/nodes', {
    access: 'public',
    summary: 'Nodes as they are now, busiest first',
    query: MonitorNodesQuery,
    response: MonitorNodes,
  }),
} as const
