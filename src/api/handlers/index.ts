import type { FastifyInstance } from 'fastify'
import type { Handlers } from '../handler.ts'
import type { Services } from '../services.ts'
import { adminHandlers } from './admin.ts'
import { agentHandlers } from './agent.ts'
import { deliveryHandlers } from './delivery.ts'
import { marketHandlers } from './market.ts'
import { moneyHandlers } from './money.ts'
import { monitorHandlers } from './monitor.ts'
import { objectHandlers } from './objects.ts'
import { orderHandlers } from './orders.ts'
import { peopleHandlers } from './people.ts'
import { disputeHandlers } from './disputes.ts'
import { evaluationHandlers } from './evaluation.ts'
import { proofHandlers } from './proofs.ts'
import { publishedHandlers } from './published.ts'
import { providerHandlers } from './provider.ts'
import { slaHandlers } from './sla.ts'

/** One handler for every endpoint of the table; a missing one is a type error. */
export function allHandlers(services: Services, app: FastifyInstance): Handlers {
  return {
    ...marketHandlers(services, app),
    ...orderHandlers(services),
    ...moneyHandlers(services),
    ...peopleHandlers(services),
    ...deliveryHandlers(services),
    ...agentHandlers(services),
    ...objectHandlers(services),
    ...providerHandlers(services),
    ...evaluationHandlers(services),
    ...adminHandlers(services),
    ...slaHandlers(services),
    ...proofHandlers(services),
    ...disputeHandlers(services),
    ...monitorHandlers(services),
    ...publishedHandlers(services),
  }
}
