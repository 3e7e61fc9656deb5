import { endpoints } from '../endpoint.ts'
import { ListOf, Written, Closed, minSeq } from '../schema.ts'
import {
  AbilitiesBody,
  AddedSite,
  AttestationBody,
  CommitmentBody,
  Committed,
  Node,
  NodeBody,
  NodeOfferBody,
  NodeStatusBody,
  RegisteredNode,
  Site,
  SiteBody,
} from '../dto/provider.ts'

const define = endpoints('provider')

export const providerEndpoints = {
  listSites: define('GET /v1/sites', {
    access: 'read',
    summary: 'Own facilities',
    query: Closed({ ...minSeq }),
    response: ListOf(Site),
  }),
  addSite: define('POST /v1/sites', {
    access: 'provide',
    summary: 'Add a facility in a hub',
    body: SiteBody,
    response: AddedSite,
  }),
  listNodes: define('GET /v1/nodes', {
    access: 'read',
    summary: 'Own machines and what is free, held and leased on them',
    response: ListOf(Node),
  }),
  getNode: define('GET /v1/nodes/{node_id}', {
    access: 'read',
    summary: 'One own machine',
    response: Node,
  }),
  registerNode: define('POST /v1/nodes', {
    access: 'provide',
    summary: 'Register a machine by the public key of its daemon',
    body: NodeBody,
    response: RegisteredNode,
  }),
  attestNode: define('PUT /v1/nodes/{node_id}/attestation', {
    access: 'provide',
    summary: 'What the daemon found on the machine and what it keeps for itself',
    body: AttestationBody,
    response: Written,
  }),
  reportAbilities: define('PUT /v1/nodes/{node_id}/abilities', {
    access: 'provide',
    summary: 'What its daemon can do for leases beyond running them',
    body: AbilitiesBody,
    response: Written,
  }),
  setNodeStatus: define('PUT /v1/nodes/{node_id}/status', {
    access: 'provide',
    summary: 'online, draining (no new leases) or maintenance',
    body: NodeStatusBody,
    response: Written,
  }),
  setOffer: define('PUT /v1/nodes/{node_id}/offers/{sku_id}', {
    access: 'provide',
    summary: 'Create or replace the standing offer of a node and SKU',
    body: NodeOfferBody,
    response: Written,
  }),
  withdrawOffer: define('DELETE /v1/nodes/{node_id}/offers/{sku_id}', {
    access: 'provide',
    summary: 'Withdraw a standing offer; leases go on',
    response: Written,
  }),
  commitCapacity: define('POST /v1/commitments', {
    access: 'provide',
    summary: 'Own use or maintenance of one’s own node: no trade, price or fee',
    body: CommitmentBody,
    response: Committed,
  }),
  releaseCommitment: define('DELETE /v1/commitments/{commitment_id}', {
    access: 'provide',
    summary: 'End a commitment early',
    response: Written,
  }),
} as const
