import type { Channel } from '../../../wire/index.ts'
import type { OpenChannel } from '../subscription.ts'
import { assignments } from './assignments.ts'
import { beats } from './beats.ts'
import { challenges } from './challenges.ts'
import { logs } from './logs.ts'
import { metrics, usages } from './metrics.ts'
import { monitorHub, monitorNational, monitorNode, monitorSite } from './monitor.ts'
import { allocations, balances, fills, orders, workloads } from './private.ts'
import { book, heartbeat, offers, status, ticker, tickers, trades } from './public.ts'

/** Every channel of the socket. */
export const CHANNEL: Readonly<Record<Channel, OpenChannel>> = {
  heartbeat,
  status,
  ticker,
  tickers,
  book,
  trades,
  offers,
  orders,
  fills,
  balances,
  workloads,
  allocations,
  logs,
  assignments,
  beats,
  challenges,
  usages,
  metrics,
  'monitor.national': monitorNational,
  'monitor.hub': monitorHub,
  'monitor.site': monitorSite,
  'monitor.node': monitorNode,
}
