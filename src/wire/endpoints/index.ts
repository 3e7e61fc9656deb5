/** The whole public API: what the server validates, the document describes and the client calls. */
import { adminEndpoints } from './admin.ts'
import { deliveryEndpoints } from './delivery.ts'
import { disputeEndpoints } from './disputes.ts'
import { evaluationEndpoints } from './evaluation.ts'
import { marketEndpoints } from './market.ts'
import { moneyEndpoints } from './money.ts'
import { monitorEndpoints } from './monitor.ts'
import { objectEndpoints } from './objects.ts'
import { orderEndpoints } from './orders.ts'
import { peopleEndpoints } from './people.ts'
import { proofEndpoints } from './proofs.ts'
import { providerEndpoints } from './provider.ts'
import { publishedEndpoints } from './published.ts'
import { slaEndpoints } from './sla.ts'

export const ENDPOINTS = {
  ...marketEndpoints,
  ...orderEndpoints,
  ...moneyEndpoints,
  ...peopleEndpoints,
  ...deliveryEndpoints,
  ...objectEndpoints,
  ...providerEndpoints,
  ...evaluationEndpoints,
  ...adminEndpoints,
  ...slaEndpoints,
  ...proofEndpoints,
  ...disputeEndpoints,
  ...monitorEndpoints,
  ...publishedEndpoints,
} as const
export type Endpoints = typeof ENDPOINTS
export type EndpointName = keyof Endpoints

/** Names by the file that defines them. */
export type EndpointGroups = {
  readonly market: keyof typeof marketEndpoints
  readonly orders: keyof typeof orderEndpoints
  readonly money: keyof typeof moneyEndpoints
  readonly people: keyof typeof peopleEndpoints
  readonly delivery: keyof typeof deliveryEndpoints
  readonly objects: keyof typeof objectEndpoints
  readonly provider: keyof typeof providerEndpoints
  readonly evaluation: keyof typeof evaluationEndpoints
  readonly admin: keyof typeof adminEndpoints
  readonly sla: keyof typeof slaEndpoints
  readonly proofs: keyof typeof proofEndpoints
  readonly disputes: keyof typeof disputeEndpoints
  readonly monitor: keyof typeof monitorEndpoints
  readonly published: keyof typeof publishedEndpoints
}
