/** What the server says on the WebSocket of the public API, /v1/ws. */
import { Union, type Static, type TSchema } from 'typebox'
import { Allocation, Assignment, Workload } from './dto/delivery.ts'
import { Level, Offer, Status, Ticker, Trade } from './dto/market.ts'
import { Balance } from './dto/money.ts'
import { LeaseSample } from './dto/lease-sample.ts'
import { MonitorState } from './dto/monitor.ts'
import { Challenge } from './dto/proofs.ts'
import { AmendedOrder, CancelledOrders, Fill, Order, PlacedOrder } from './dto/orders.ts'
import { Problem } from './dto/problem.ts'
import { Beat } from './dto/sla.ts'
import { ArrayOf, Bool, Count, Id, Optional, Shape, Text, Time, Words } from './schema.ts'
import type { TunnelServerFrame } from './tunnel/ops.ts'

export const CHANNELS = [
  'heartbeat',
  'status',
  'ticker',
  'tickers',
  'book',
  'trades',
  'offers',
  'orders',
  'fills',
  'balances',
  'workloads',
  'allocations',
  'logs',
  'assignments',
  'beats',
  'challenges',
  'usages',
  'metrics',
  'monitor.national',
  'monitor.hub',
  'monitor.site',
  'monitor.node',
] as const
export type Channel = (typeof CHANNELS)[number]

/** Closed by the server because the client reads too slowly. */
export const CLOSE_SLOW = 4008
/** Closed by the server because the key is gone. */
export const CLOSE_UNAUTHENTICATED = 4001

/** Live bytes of a log, base64url; `offset` counts bytes of that stream. */
const LogChunk = Shape({
  stream: Words('stdout', 'stderr'),
  offset: Count,
  data: Text(),
  /** true in the last chunk of a workload that has ended */
  end: Optional(Bool()),
})
export type LogChunk = Static<typeof LogChunk>

/** What `data` holds, by channel. Lists hold whole objects: those that changed, all in a snapshot. */
export const CHANNEL_DATA = {
  heartbeat: Shape({ now: Time, seq: Count }),
  status: Status,
  ticker: Ticker,
  tickers: ArrayOf(Ticker),
  /** in updates: changed levels, units 0 removes */
  book: Shape({ bids: ArrayOf(Level), asks: ArrayOf(Level) }),
  trades: ArrayOf(Trade),
  /** always the whole list */
  offers: ArrayOf(Offer),
  orders: ArrayOf(Order),
  fills: ArrayOf(Fill),
  balances: ArrayOf(Balance),
  workloads: ArrayOf(Workload),
  allocations: ArrayOf(Allocation),
  logs: LogChunk,
  /** always the whole list of the node */
  assignments: ArrayOf(Assignment),
  /** what a daemon must answer from inside its allocations, at once */
  beats: ArrayOf(Beat),
  /** open ones that a daemon must commit to or answer, always the whole list of the node */
  challenges: ArrayOf(Challenge),
  /** leases that somebody watches: a daemon tells once a second what they use; always the whole list */
  usages: Shape({ leases: ArrayOf(Id('lease')) }),
  /** of the lease of a workload, as they come; empty until the first one */
  metrics: ArrayOf(LeaseSample),
  /** once a second, always whole */
  'monitor.national': MonitorState,
  'monitor.hub': MonitorState,
  'monitor.site': MonitorState,
  'monitor.node': MonitorState,
} satisfies Record<Channel, TSchema>
export type ChannelData = { [C in Channel]: Static<(typeof CHANNEL_DATA)[C]> }

/** A frame of a subscription, beside its channel and data. */
export const frameHead = {
  id: Text(),
  type: Words('snapshot', 'update'),
  symbol: Optional(Text()),
  seq: Count,
  /**
   * seq of the frame before it on this subscription: when it differs from what the client saw last,
   * something is missing and it subscribes again
   */
  prev_seq: Count,
  ts: Time,
}
const FrameHead = Shape(frameHead)
export type DataFrame<C extends Channel = Channel> = Static<typeof FrameHead> & {
  channel: C
  data: ChannelData[C]
}

/** Answer to an op, `error` with the code and text of a problem. */
export const AnswerFrame = Shape({
  type: Words('ack', 'error', 'pong'),
  op: Text(),
  /** of the subscription or the order op; of op log the workload */
  id: Optional(Text()),
  /** of op log: bytes of that stream that are kept; the daemon goes on from there */
  stream: Optional(Words('stdout', 'stderr')),
  offset: Optional(Count),
  /** of op log: the limit is reached, no more is kept */
  full: Optional(Bool()),
  /** of order ops: what the HTTP call answers */
  data: Optional(Union([PlacedOrder, AmendedOrder, CancelledOrders])),
  /** of order ops: the outcome of an earlier request with the same key */
  replayed: Optional(Bool()),
  code: Optional(Text()),
  message: Optional(Text()),
  problem: Optional(Problem),
  ts: Time,
})
export type AnswerFrame = Static<typeof AnswerFrame>

export const NoticeFrame = Shape({
  type: Words('notice'),
  code: Words('server_shutdown', 'key_revoked'),
  ts: Time,
})
type NoticeFrame = Static<typeof NoticeFrame>
export type ServerFrame = DataFrame | AnswerFrame | NoticeFrame | TunnelServerFrame
