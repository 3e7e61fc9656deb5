/** Channels of one's own account. */
import type { Event, FillRow, KeyView } from '../../../messages/index.ts'
import {
  toAllocation,
  toBalance,
  toFill,
  toOrder,
  toWorkload,
  type Fill,
} from '../../../wire/index.ts'
import { symbols } from '../../handlers/delivery.ts'
import { refused } from '../../problem.ts'
import { entities } from '../entities.ts'
import { follow } from '../follow.ts'
import type { OpenChannel, Subscription } from '../subscription.ts'
import { anyEvent, watch } from '../watch.ts'
import { same } from './public.ts'

const BALANCES_MS = 250

/** The account of the connection's key. Refuses with UNAUTHENTICATED or SCOPE_MISSING. */
export function readerOf({ outlet }: Subscription): KeyView {
  if (outlet.key === null) throw refused('UNAUTHENTICATED')
  if (!outlet.key.scopes.includes('read')) throw refused('SCOPE_MISSING', { scope: 'read' })
  return outlet.key
}

export const orders: OpenChannel = async (subscription) => {
  const { account } = readerOf(subscription)
  const { door, catalog } = subscription.services
  return entities(subscription, {
    account,
    ownerOf: (event) => (event.kind === 'OrderPlaced' ? event.account : null),
    numberOf: (event) => (/^Order|^NeedWaiting/.test(event.kind) ? numberIn(event, 'order') : null),
    load: async (order) => {
      const view = await door.ask('order', { order })
      if (view === null || view.account !== account) return null
      return toOrder(view, await catalog.byNumber(view.instrument))
    },
    open: async () => {
      const views = await door.ask('openOrders', { account })
      return Promise.all(
        views.map(async (view) => toOrder(view, await catalog.byNumber(view.instrument))),
      )
    },
  })
}

export const workloads: OpenChannel = async (subscription) => {
  const { account } = readerOf(subscription)
  const { door } = subscription.services
  return entities(subscription, {
    account,
    ownerOf: (event) => (event.kind === 'WorkloadQueued' ? event.account : null),
    numberOf: (event) => (event.kind.startsWith('Workload') ? numberIn(event, 'workload') : null),
    load: async (workload) => {
      const view = await door.ask('workload', { workload })
      return view === null || view.account !== account ? null : toWorkload(view)
    },
    open: async () => (await door.ask('workloads', { account, open: true })).map(toWorkload),
  })
}

export const allocations: OpenChannel = async (subscription) => {
  const { account } = readerOf(subscription)
  const { services } = subscription
  const { door } = services
  const symbolOf = await symbols(services)
  const views = await door.ask('allocations', { account, open: true })
  const ofLease = new Map(
    views.flatMap((view) => view.leases.map(({ lease }) => [lease, view.allocation] as const)),
  )
  return entities(subscription, {
    account,
    ownerOf: (event) => (event.kind === 'AllocationOpened' ? event.account : null),
    numberOf: (event) => {
      if (event.kind === 'LeaseOpened' && event.buyAccount === account) {
        ofLease.set(event.lease, event.allocation)
      }
      const lease = numberIn(event, 'lease')
      if (lease !== null && /^(Lease|Meter|Start)/.test(event.kind))
        return ofLease.get(lease) ?? null
      return /^(Allocation|Duration|WorkloadQueued)/.test(event.kind)
        ? numberIn(event, 'allocation')
        : null
    },
    load: async (allocation) => {
      const view = await door.ask('allocation', { allocation })
      return view === null || view.account !== account ? null : toAllocation(view, symbolOf)
    },
    open: async () => views.map((view) => toAllocation(view, symbolOf)),
  })
}

/** Own trades: each exactly once, also over a lost connection (resume_from). */
export const fills: OpenChannel = async (subscription) => {
  const { account } = readerOf(subscription)
  const { services, op } = subscription
  const { instruments } = await services.catalog.goods()
  const nowSeq = services.door.durableSeq()
  const resume = op.resume_from ?? null
  const from = resume === null || resume > nowSeq ? nowSeq : resume
  if (from !== resume) subscription.snapshot(nowSeq, [])
  return follow(services.door, from, (record) => {
    const data = record.outcome.events.flatMap((event): Fill[] => {
      if (event.kind !== 'TradeExecuted') return []
      const ref = instruments.get(event.instrument)
      const rows = fillRows(event, account, record)
      return ref === undefined ? [] : rows.map((row) => toFill(row, ref))
    })
    if (data.length > 0) subscription.update(record.seq, data)
  })
}

function fillRows(
  event: Extract<Event, { kind: 'TradeExecuted' }>,
  account: number,
  record: { readonly seq: number; readonly timeUs: number },
): FillRow[] {
  const sides = (['buy', 'sell'] as const).filter(
    (side) => account === (side === 'buy' ? event.buyAccount : event.sellAccount),
  )
  return sides.map((side) => ({
    ...event,
    seq: record.seq,
    timeUs: record.timeUs,
    account,
    order: side === 'buy' ? event.buyOrder : event.sellOrder,
    side,
    maker: event.takerSide !== side,
  }))
}

export const balances: OpenChannel = async (subscription) => {
  const { account } = readerOf(subscription)
  const { door } = subscription.services
  return watch(subscription, {
    everyMs: BALANCES_MS,
    touches: anyEvent((event) => event.kind === 'EntryPosted'),
    load: async () =>
      (await door.ask('balances', { account })).map((one) => toBalance(account, one)),
    send: (now, before) => {
      if (before !== null && same(now, before)) return false
      const seq = door.durableSeq()
      if (before === null) subscription.snapshot(seq, now)
      else subscription.update(seq, now)
      return true
    },
  })
}

/** The integer in a field of an event; null when it has no such field. */
function numberIn(
  event: Event,
  field: 'order' | 'workload' | 'lease' | 'allocation',
): number | null {
  const value: unknown = field in event ? event[field as keyof typeof event] : null
  return typeof value === 'number' ? value : null
}
