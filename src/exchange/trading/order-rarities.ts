/** What only some orders have. */
import type { OrderFields } from './rows.ts'

export type Rarities = Pick<
  OrderFields,
  | 'expiresAtUs'
  | 'durationSeconds'
  | 'capMicro'
  | 'clientOrderId'
  | 'onBehalfOf'
  | 'workload'
  | 'retryTicks'
  | 'failedNodes'
  | 'replacedBy'
  | 'retryRefused'
  | 'offer'
  | 'detail'
  | 'expiryTimer'
>

/** Of an order that has none of them: shared, so never to be written. */
export const NO_RARITIES: Readonly<Rarities> = {
  expiresAtUs: null,
  durationSeconds: null,
  capMicro: null,
  clientOrderId: null,
  onBehalfOf: null,
  workload: null,
  retryTicks: null,
  failedNodes: [],
  replacedBy: null,
  retryRefused: null,
  offer: null,
  detail: null,
  expiryTimer: 0,
}
