import { endpoints } from '../endpoint.ts'
import {
  Bool,
  Closed,
  Count,
  Id,
  Optional,
  PageOf,
  Text,
  Words,
  minSeq,
  ofAccount,
  pageQuery,
} from '../schema.ts'
import {
  AmendOrderBody,
  AmendedOrder,
  BatchBody,
  BatchResult,
  CancelAfterBody,
  CancelAfterSet,
  CancelledOrders,
  CheckedOrder,
  Fill,
  Order,
  PlaceOrderBody,
  PlacedOrder,
} from '../dto/orders.ts'

const define = endpoints('orders')

export const orderEndpoints = {
  placeOrder: define('POST /v1/orders', {
    access: 'trade',
    summary: 'Place an order; answers when it is durable, with its fills',
    query: Closed({ validate: Optional(Bool()) }),
    body: PlaceOrderBody,
    response: PlacedOrder,
  }),
  checkOrder: define('POST /v1/orders/check', {
    access: 'trade',
    summary: 'Dry run of an order (also POST /v1/orders?validate=true): nothing is written',
    body: PlaceOrderBody,
    response: CheckedOrder,
  }),
  placeOrders: define('POST /v1/orders/batch', {
    access: 'trade',
    summary: 'Up to 50 orders in order; each stands or falls alone',
    body: BatchBody,
    response: BatchResult,
  }),
  listOrders: define('GET /v1/orders', {
    access: 'read',
    summary: 'Own orders: open ones from the engine (default), or history',
    query: Closed({
      status: Optional(Words('open', 'closed', 'all')),
      symbol: Optional(Text()),
      ...pageQuery,
      ...minSeq,
      ...ofAccount,
    }),
    response: PageOf(Order),
  }),
  getOrder: define('GET /v1/orders/{order_id}', {
    access: 'read',
    summary: 'One own order',
    query: Closed({ ...minSeq }),
    response: Order,
  }),
  getOrderByClientId: define('GET /v1/orders/by-client-id/{client_order_id}', {
    access: 'read',
    summary: 'The own order with this label',
    response: Order,
  }),
  amendOrder: define('PATCH /v1/orders/{order_id}', {
    access: 'trade',
    summary: 'Change units or price; fewer units keep priority',
    body: AmendOrderBody,
    response: AmendedOrder,
  }),
  cancelOrder: define('DELETE /v1/orders/{order_id}', {
    access: 'trade',
    summary: 'Cancel one order',
    response: CancelledOrders,
  }),
  cancelOrders: define('DELETE /v1/orders', {
    access: 'trade',
    summary: 'Cancel all own orders, or those of one symbol',
    query: Closed({ symbol: Optional(Text()) }),
    response: CancelledOrders,
  }),
  cancelAfter: define('POST /v1/orders/cancel-after', {
    access: 'trade',
    summary: 'Dead-man switch: cancel all own orders unless this is sent again in time; 0 disarms',
    body: CancelAfterBody,
    response: CancelAfterSet,
  }),
  listFills: define('GET /v1/fills', {
    access: 'read',
    summary: 'Own trades, newest first',
    query: Closed({
      symbol: Optional(Text()),
      order_id: Optional(Id('order')),
      after_seq: Optional(Count),
      ...pageQuery,
      ...minSeq,
      ...ofAccount,
    }),
    response: PageOf(Fill),
  }),
} as const
