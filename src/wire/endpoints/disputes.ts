import { BYTES, endpoints } from '../endpoint.ts'
import { ListOf, Nullable, PageOf, Shape } from '../schema.ts'
import {
  BuyerMeter,
  BuyerReading,
  BuyerReadingBody,
  Dispute,
  DisputesQuery,
  SignedReading,
} from '../dto/disputes.ts'

const define = endpoints('disputes')

export const disputeEndpoints = {
  reportBuyerMeter: define('POST /v1/leases/{lease_id}/buyer-readings', {
    access: 'deliver',
    summary: 'The buyer’s own count of what was delivered, as its witness saw it',
    body: BuyerReadingBody,
    response: BuyerReading,
  }),
  getBuyerMeter: define('GET /v1/leases/{lease_id}/buyer-readings', {
    access: 'read',
    summary: 'How far the buyer’s own count is; null where it has none or the bill is made',
    response: Shape({ meter: Nullable(BuyerMeter) }),
  }),
  listDisputes: define('GET /v1/disputes', {
    access: 'read',
    summary: 'Final bills on which two meters do not agree, newest first',
    query: DisputesQuery,
    response: PageOf(Dispute),
  }),
  getDispute: define('GET /v1/disputes/{dispute_id}', {
    access: 'read',
    summary: 'What both sides counted, and what was decided; for both parties and the operator',
    response: Dispute,
  }),
  listDisputeReports: define('GET /v1/disputes/{dispute_id}/reports', {
    access: 'read',
    summary:
      'What the seller’s last signed meter reports say of the lease, newest first, at most 8',
    response: ListOf(SignedReading),
  }),
  getDisputeEvidence: define('GET /v1/disputes/{dispute_id}/evidence', {
    access: 'read',
    summary: 'What the buyer’s witness kept, where it was stored as an object',
    response: BYTES,
  }),
} as const
