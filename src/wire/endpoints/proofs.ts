import {
  AuditBody,
  Challenge,
  ChallengeBody,
  ChallengeTarget,
  CommitBody,
  Devices,
  DevicesBody,
  DrawBody,
  NodeProofs,
  OpenedAudit,
  OpenedChallenge,
  VerdictBody,
} from '../dto/proofs.ts'
import { BYTES, endpoints } from '../endpoint.ts'
import { Closed, ListOf, Written, pageQuery } from '../schema.ts'

const define = endpoints('proof of hardware')

export const proofEndpoints = {
  listChallenges: define('GET /v1/nodes/{node_id}/challenges', {
    access: 'public',
    summary: 'What is proven of a node, and every challenge of it, newest first',
    query: Closed(pageQuery),
    response: NodeProofs,
  }),
  listDevices: define('GET /v1/nodes/{node_id}/devices', {
    access: 'public',
    summary: 'Hashes of the devices that a node claims; each belongs to one node of the exchange',
    response: Devices,
  }),
  claimDevices: define('PUT /v1/nodes/{node_id}/devices', {
    access: 'provide',
    summary: 'For daemons: what the machine is made of',
    body: DevicesBody,
    response: Written,
  }),
  listChallengeTargets: define('GET /v1/challenge-targets', {
    access: 'evaluate',
    summary: 'Nodes that are online, and their leases; for assessors',
    response: ListOf(ChallengeTarget),
  }),
  openChallenge: define('POST /v1/challenges', {
    access: 'evaluate',
    summary: 'Have a node prove what it computes or holds, or what it delivers inside a lease',
    body: ChallengeBody,
    response: OpenedChallenge,
  }),
  openAudit: define('POST /v1/audits', {
    access: 'evaluate',
    summary: 'Challenge all unsold nodes of a provider in the same instant',
    body: AuditBody,
    response: OpenedAudit,
  }),
  getChallenge: define('GET /v1/challenges/{challenge_id}', {
    access: 'public',
    summary: 'One challenge, however old',
    response: Challenge,
  }),
  commitChallenge: define('POST /v1/challenges/{challenge_id}/commitment', {
    access: 'provide',
    summary: 'For daemons: the root over all of the result, before anything is drawn',
    body: CommitBody,
    response: Written,
  }),
  drawChallenge: define('POST /v1/challenges/{challenge_id}/draw', {
    access: 'evaluate',
    summary: 'Random bytes that the node could not know: which parts of its result are opened',
    body: DrawBody,
    response: Written,
  }),
  answerChallenge: define('PUT /v1/challenges/{challenge_id}/answer', {
    access: 'provide',
    summary: 'For daemons: the opened parts',
    body: BYTES,
    response: Written,
  }),
  getAnswer: define('GET /v1/challenges/{challenge_id}/answer', {
    access: 'public',
    summary: 'The opened parts as the node gave them: everybody can check them',
    response: BYTES,
  }),
  judgeChallenge: define('POST /v1/challenges/{challenge_id}/verdict', {
    access: 'evaluate',
    summary: 'Whether the answer holds, and how fast it was',
    body: VerdictBody,
    response: Written,
  }),
} as const
