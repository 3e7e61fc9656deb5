/** The WebSocket of the public API, /v1/ws: what a client sends and what comes back. */
import { Literal, Union, type Static } from 'typebox'
import type { Allocation, Assignment, Workload } from './dto/delivery.ts'
import type { Book, Offer, Status, Ticker, Trade } from './dto/market.ts'
import type { Balance } from './dto/money.ts'
import type { Fill, Order } from './dto/orders.ts'
import { Closed, Count, Id, Integer, Optional, Text, Words } from './schema.ts'

const CHANNELS = [
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
] as const
export type Channel = (typeof CHANNELS)[number]

/** Closed by the server because the client reads too slowly. */
export const CLOSE_SLOW = 4008
/** Closed by the server because the key is gone. */
export const CLOSE_UNAUTHENTICATED = 4001

const AuthOp = Closed({
  op: Literal('auth'),
  token: Optional(Text({ maxLength: 256 })),
  /** Ed25519 public key in hex; signs `timestamp LF GET LF /v1/ws LF sha256 of nothing` */
  key: Optional(Text({ maxLength: 64 })),
  timestamp: Optional(Text({ maxLength: 20 })),
  signature: Optional(Text({ maxLength: 128 })),
})
export const SubscribeOp = Closed({
  op: Literal('subscribe'),
  /** chosen by the client, repeated in every frame of the subscription */
  id: Text({ minLength: 1, maxLength: 64 }),
  channel: Words(...CHANNELS),
  symbol: Optional(Text({ maxLength: 48 })),
  /** of book: levels a side, 20 when absent */
  depth: Optional(Integer({ minimum: 1, maximum: 200 })),
  /** of logs */
  workload_id: Optional(Id('workload')),
  /** of logs: begin this many lines before the end of each stream; absent begins at the start */
  tail: Optional(Count),
  /** of assignments */
  node_id: Optional(Id('node')),
  /** of trades, orders, fills, workloads: send everything after this seq first */
  resume_from: Optional(Count),
})
const UnsubscribeOp = Closed({ op: Literal('unsubscribe'), id: Text({ maxLength: 64 }) })
const PingOp = Closed({ op: Literal('ping') })
/**
 * From a node's daemon: bytes of a workload's log at `offset` of their stream, base64url. Answered
 * with an ack only when `data` is empty (where to go on?), not at the end of what is kept, or full.
 */
const LogOp = Closed({
  op: Literal('log'),
  workload_id: Id('workload'),
  stream: Words('stdout', 'stderr'),
  offset: Count,
  data: Text({ maxLength: 262_144 }),
})
export const ClientOp = Union([AuthOp, SubscribeOp, UnsubscribeOp, PingOp, LogOp])
export type ClientOp = Static<typeof ClientOp>
export type SubscribeOp = Static<typeof SubscribeOp>

/** Live bytes of a log, base64url; `offset` counts bytes of that stream. */
export interface LogChunk {
  readonly stream: 'stdout' | 'stderr'
  readonly offset: number
  readonly data: string
  /** true in the last chunk of a workload that has ended */
  readonly end?: boolean
}

/** What `data` holds, by channel. Lists hold whole objects: those that changed, all in a snapshot. */
export interface ChannelData {
  heartbeat: { now: string; seq: number }
  status: Status
  ticker: Ticker
  tickers: Ticker[]
  /** in updates: changed levels, units 0 removes */
  book: Pick<Book, 'bids' | 'asks'>
  trades: Trade[]
  /** always the whole list */
  offers: Offer[]
  orders: Order[]
  fills: Fill[]
  balances: Balance[]
  workloads: Workload[]
  allocations: Allocation[]
  logs: LogChunk
  /** always the whole list of the node */
  assignments: Assignment[]
}

/**
 * A frame of a subscription. `prev_seq` is the seq of the frame before it on this subscription:
 * when it differs from what the client saw last, something is missing and it subscribes again.
 */
export interface DataFrame<C extends Channel = Channel> {
  readonly channel: C
  readonly id: string
  readonly type: 'snapshot' | 'update'
  readonly symbol?: string
  readonly seq: number
  readonly prev_seq: number
  readonly ts: string
  readonly data: ChannelData[C]
}
/** Answer to an op, `error` with the code and text of a problem. */
export interface AnswerFrame {
  readonly type: 'ack' | 'error' | 'pong'
  readonly op: string
  /** of the subscription; of op log the workload */
  readonly id?: string
  /** of op log: bytes of that stream that are kept; the daemon goes on from there */
  readonly stream?: 'stdout' | 'stderr'
  readonly offset?: number
  /** of op log: the limit is reached, no more is kept */
  readonly full?: boolean
  readonly code?: string
  readonly message?: string
  readonly ts: string
}
export interface NoticeFrame {
  readonly type: 'notice'
  readonly code: 'server_shutdown' | 'key_revoked'
  readonly ts: string
}
export type ServerFrame = DataFrame | AnswerFrame | NoticeFrame
