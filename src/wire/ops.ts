/** What a client says on the WebSocket: one schema for each op, and the server checks with these. */
import { Literal, type Static } from 'typebox'
import { AmendOrderBody, PlaceOrderBody } from './dto/orders.ts'
import { CHANNELS } from './frames.ts'
import { Bool, Closed, Count, Id, Integer, Nullable, Optional, Text, Words } from './schema.ts'
import { TUNNEL_OPS } from './tunnel/ops.ts'

const AuthOp = Closed({
  op: Literal('auth'),
  token: Optional(Text({ maxLength: 256 })),
  /** Ed25519 public key in hex; signs `timestamp LF GET LF /v1/ws LF sha256 of nothing` */
  key: Optional(Text({ maxLength: 64 })),
  timestamp: Optional(Text({ maxLength: 20 })),
  signature: Optional(Text({ maxLength: 128 })),
})
const SubscribeOp = Closed({
  op: Literal('subscribe'),
  /** chosen by the client, repeated in every frame of the subscription */
  id: Text({ minLength: 1, maxLength: 64 }),
  channel: Words(...CHANNELS),
  symbol: Optional(Text({ maxLength: 48 })),
  /** of book: levels a side, 20 when absent */
  depth: Optional(Integer({ minimum: 1, maximum: 200 })),
  /** of logs and metrics */
  workload_id: Optional(Id('workload')),
  /** of logs: begin this many lines before the end of each stream; absent begins at the start */
  tail: Optional(Count),
  /** of assignments, beats, challenges, usages and monitor.node */
  node_id: Optional(Id('node')),
  /** of challenges: this daemon can run a witness inside its allocations */
  witness: Optional(Bool()),
  /** of monitor.site */
  site_id: Optional(Id('site')),
  /** of monitor.hub */
  hub_id: Optional(Id('hub')),
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
/** From a node's daemon: what came back from inside an allocation. Not answered. */
const BeatOp = Closed({
  op: Literal('beat'),
  beat_id: Text({ maxLength: 64 }),
  nonce: Text({ maxLength: 64 }),
})
/** From a node's daemon: what a lease that is watched has used. Not answered. */
const UsageOp = Closed({
  op: Literal('usage'),
  lease_id: Id('lease'),
  cpu_us: Count,
  throttled_us: Nullable(Count),
  memory_mib: Nullable(Count),
  memory_peak_mib: Count,
})
/** Each is answered with an ack that holds what the HTTP call answers, or with an error. */
const orderOp = {
  /** chosen by the client, repeated in the answer */
  id: Text({ minLength: 1, maxLength: 64 }),
  /** as the header Idempotency-Key: the same key with the same order has the first outcome again */
  idempotency_key: Optional(Text({ maxLength: 64 })),
}
const PlaceOp = Closed({ op: Literal('order.place'), ...orderOp, body: PlaceOrderBody })
const AmendOp = Closed({
  op: Literal('order.amend'),
  ...orderOp,
  order_id: Text({ maxLength: 64 }),
  body: AmendOrderBody,
})
const CancelOp = Closed({
  op: Literal('order.cancel'),
  ...orderOp,
  order_id: Text({ maxLength: 64 }),
})

export const CLIENT_OPS = {
  auth: AuthOp,
  subscribe: SubscribeOp,
  unsubscribe: UnsubscribeOp,
  ping: PingOp,
  log: LogOp,
  beat: BeatOp,
  usage: UsageOp,
  'order.place': PlaceOp,
  'order.amend': AmendOp,
  'order.cancel': CancelOp,
  ...TUNNEL_OPS,
}
export type OpName = keyof typeof CLIENT_OPS
export type ClientOp = Static<(typeof CLIENT_OPS)[OpName]>
export type SubscribeOp = Static<typeof SubscribeOp>
export type UsageOp = Static<typeof UsageOp>
export type OrderOp = Extract<ClientOp, { op: `order.${string}` }>
