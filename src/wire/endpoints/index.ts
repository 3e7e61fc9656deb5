/** The whole public API: what the server validates, the document describes and the client calls. */
import { adminEndpoints } from './admin.ts'
import { deliveryEndpoints } from './delivery.ts'
import { marketEndpoints } from './market.ts'
import { moneyEndpoints } from './money.ts'
import { orderEndpoints } from './orders.ts'
import { peopleEndpoints } from './people.ts'
import { providerEndpoints } from './provider.ts'

export const ENDPOINTS = {
  ...marketEndpoints,
  ...orderEndpoints,
  ...moneyEndpoints,
  ...peopleEndpoints,
  ...deliveryEndpoints,
  ...providerEndpoints,
  ...adminEndpoints,
} as const
export type Endpoints = typeof ENDPOINTS
export type EndpointName = keyof Endpoints
