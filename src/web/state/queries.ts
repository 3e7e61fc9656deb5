/** What the screens read, as queries: keys hold the account, so that accounts never mix. */
import { queryOptions, type QueryClient } from '@tanstack/react-query'
import type { Candle, QuoteBody } from '../../wire/index.ts'
import { api } from './session.ts'

export type Interval = '1m' | '5m' | '15m' | '1h' | '1d'
export type { Candle, QuoteBody }

/** Sequence number of this page's last write: reads of history wait for it. */
let seenSeq = 0
export function noteWrite(seq: number): void {
  seenSeq = Math.max(seenSeq, seq)
}
/** `min_seq` of a read that must see this page's own writes. */
export function afterWrites(): { min_seq?: number } {
  return seenSeq === 0 ? {} : { min_seq: seenSeq }
}

/** The part of a query that keeps to one instrument; without a symbol, to none. */
export function onlyOf(symbol: string | undefined): { symbol?: string } {
  return symbol === undefined ? {} : { symbol }
}

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => api().getStatus({ signal }),
  refetchInterval: 60_000,
})
export const instrumentsQuery = queryOptions({
  queryKey: ['instruments'],
  queryFn: ({ signal }) => api().listInstruments({ signal }),
})
export const tickersQuery = queryOptions({
  queryKey: ['tickers'],
  queryFn: ({ signal }) => api().listTickers({ signal }),
})
export const instrumentQuery = (symbol: string) =>
  queryOptions({
    queryKey: ['instrument', symbol],
    queryFn: ({ signal }) => api().getInstrument({ params: { symbol }, signal }),
  })
export const candlesQuery = (symbol: string, interval: Interval) =>
  queryOptions({
    queryKey: ['candles', symbol, interval],
    queryFn: ({ signal }) =>
      api().listCandles({ params: { symbol }, query: { interval, limit: 300 }, signal }),
  })
export const offersQuery = queryOptions({
  queryKey: ['offers'],
  queryFn: ({ signal }) => api().listOffers({ signal }),
})
export const productsQuery = queryOptions({
  queryKey: ['products'],
  queryFn: ({ signal }) => api().listProducts({ signal }),
  staleTime: 60_000,
})
export const catalogQuery = queryOptions({
  queryKey: ['catalog'],
  queryFn: ({ signal }) => api().getCatalog({ signal }),
  refetchInterval: 15_000,
})
export const hubsQuery = queryOptions({
  queryKey: ['hubs'],
  queryFn: ({ signal }) => api().listHubs({ signal }),
  staleTime: 60_000,
})
export const openOrdersQuery = (account: string) =>
  queryOptions({
    queryKey: ['own', account, 'orders', 'open'],
    queryFn: ({ signal }) => api().listOrders({ query: { status: 'open', limit: 200 }, signal }),
  })
export const balancesQuery = (account: string) =>
  queryOptions({
    queryKey: ['own', account, 'balances'],
    queryFn: ({ signal }) => api().listBalances({ signal }),
  })
export const budgetsQuery = (account: string) =>
  queryOptions({
    queryKey: ['own', account, 'budgets'],
    queryFn: ({ signal }) => api().listBudgets({ signal }),
  })
export const allocationsQuery = (account: string) =>
  queryOptions({
    queryKey: ['own', account, 'allocations', 'open'],
    queryFn: ({ signal }) => api().listAllocations({ query: { open: true }, signal }),
  })
export const allocationQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: ['own', account, 'allocations', id],
    queryFn: ({ signal }) => api().getAllocation({ params: { allocation_id: id }, signal }),
  })
export const disputeQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: ['own', account, 'disputes', id],
    queryFn: ({ signal }) => api().getDispute({ params: { dispute_id: id }, signal }),
    refetchInterval: 30_000,
  })
export const disputeReportsQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: ['own', account, 'disputes', id, 'reports'],
    queryFn: ({ signal }) => api().listDisputeReports({ params: { dispute_id: id }, signal }),
    staleTime: Infinity,
  })
/** Actions that wait for a second person of the operator. */
export const proposalsQuery = (account: string) =>
  queryOptions({
    queryKey: ['own', account, 'proposals'],
    queryFn: ({ signal }) => api().listProposals({ signal }),
    refetchInterval: 10_000,
  })
/** An order that was placed, and what became of it. */
export const orderQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: ['own', account, 'orders', id],
    queryFn: ({ signal }) => api().getOrder({ params: { order_id: id }, signal }),
  })
export const workloadsQuery = (account: string) =>
  queryOptions({
    queryKey: ['own', account, 'workloads', 'all'],
    queryFn: ({ signal }) => api().listWorkloads({ signal }),
  })
export const workloadQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: ['own', account, 'workloads', id],
    queryFn: ({ signal }) => api().getWorkload({ params: { workload_id: id }, signal }),
  })
export const nodesQuery = (account: string) =>
  queryOptions({
    queryKey: ['own', account, 'nodes'],
    queryFn: ({ signal }) => api().listNodes({ signal }),
    refetchInterval: 5_000,
  })
/** Verified reports of a node, newest first: those too that rate nothing. */
export const evaluationsQuery = (node: string) =>
  queryOptions({
    queryKey: ['evaluations', node],
    queryFn: ({ signal }) => api().listEvaluations({ params: { node_id: node }, signal }),
    refetchInterval: 30_000,
  })
/** What is proven of a node. */
export const proofsQuery = (node: string) =>
  queryOptions({
    queryKey: ['proofs', node],
    queryFn: ({ signal }) =>
      api().listChallenges({ params: { node_id: node }, query: { limit: 1 }, signal }),
    refetchInterval: 30_000,
  })
/** One report with what follows from it. */
export const reportQuery = (digest: string) =>
  queryOptions({
    queryKey: ['report', digest],
    queryFn: ({ signal }) => api().describeReport({ params: { digest }, signal }),
  })
export interface Hardware {
  readonly kind: 'cpu' | 'gpu'
  readonly model: string
}
/** Public results of a model. */
export const publishedQuery = ({ kind, model }: Hardware) =>
  queryOptions({
    queryKey: ['published', kind, model],
    queryFn: ({ signal }) =>
      api().searchPublished({ query: { kind, model: model.slice(0, 160) }, signal }),
    staleTime: 60_000,
  })
/** What a lease was promised, and which of its minutes failed. */
export const leaseSlaQuery = (account: string, lease: string) =>
  queryOptions({
    queryKey: ['own', account, 'sla', lease],
    queryFn: ({ signal }) => api().getLeaseSla({ params: { lease_id: lease }, signal }),
    refetchInterval: 15_000,
  })
export const soldQuery = (account: string) =>
  queryOptions({
    queryKey: ['own', account, 'sold'],
    queryFn: ({ signal }) => api().listSoldLeases({ signal }),
    refetchInterval: 5_000,
  })

/** Marks what belongs to an account as out of date, all of it or by kind. */
export function refreshOwn(client: QueryClient, account: string, ...kinds: string[]): void {
  const keys = kinds.length === 0 ? [['own', account]] : kinds.map((kind) => ['own', account, kind])
  for (const queryKey of keys) void client.invalidateQueries({ queryKey })
}
