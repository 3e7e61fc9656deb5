import { endpoints } from '../endpoint.ts'
import { ListOf, Written } from '../schema.ts'
import {
  AccountBody,
  AddedHub,
  AddedUser,
  DefinedSku,
  DepositBody,
  HubBody,
  InstrumentBody,
  InstrumentStatusBody,
  ListedInstrument,
  MadeProposal,
  Member,
  MemberBody,
  OpenedAccount,
  OpenedMember,
  Proposal,
  ProposalBody,
  QuarantineBody,
  ReadModelsStatus,
  ReferenceBody,
  SettlementBody,
  SkuBody,
  ThresholdsBody,
  TimerBody,
  UserBody,
} from '../dto/admin.ts'

const define = endpoints('admin')
const access = 'admin'

export const adminEndpoints = {
  listMembers: define('GET /v1/admin/members', {
    access,
    summary: 'Every member',
    response: ListOf(Member),
  }),
  openMember: define('POST /v1/admin/members', {
    access,
    summary: 'Open a legal entity with roles',
    body: MemberBody,
    response: OpenedMember,
  }),
  openAccount: define('POST /v1/admin/accounts', {
    access,
    summary: 'Open an account of a member',
    body: AccountBody,
    response: OpenedAccount,
  }),
  addUser: define('POST /v1/admin/users', {
    access,
    summary: 'Add a person of a member',
    body: UserBody,
    response: AddedUser,
  }),
  deposit: define('POST /v1/admin/deposits', {
    access,
    summary: 'Credit money that reached the bank',
    body: DepositBody,
    response: Written,
  }),
  settleWithdrawal: define('POST /v1/admin/withdrawals/{withdrawal_id}/settlement', {
    access,
    summary: 'The bank’s answer to a withdrawal',
    body: SettlementBody,
    response: Written,
  }),
  addHub: define('POST /v1/admin/hubs', {
    access,
    summary: 'Add a delivery region',
    body: HubBody,
    response: AddedHub,
  }),
  defineSku: define('POST /v1/admin/products', {
    access,
    summary: 'Define a bundle of resources that can be sold',
    body: SkuBody,
    response: DefinedSku,
  }),
  listInstrument: define('POST /v1/admin/instruments', {
    access,
    summary: 'List a spot instrument',
    body: InstrumentBody,
    response: ListedInstrument,
  }),
  setInstrumentStatus: define('PUT /v1/admin/instruments/{symbol}/status', {
    access,
    summary: 'List, halt or delist',
    body: InstrumentStatusBody,
    response: Written,
  }),
  setReference: define('PUT /v1/admin/instruments/{symbol}/reference', {
    access,
    summary: 'Reference price and width of the band',
    body: ReferenceBody,
    response: Written,
  }),
  setThresholds: define('PUT /v1/admin/products/{sku_id}/thresholds', {
    access,
    summary: 'Minimum metrics of each grade',
    body: ThresholdsBody,
    response: Written,
  }),
  listProposals: define('GET /v1/admin/proposals', {
    access,
    summary: 'Two-person actions that wait',
    response: ListOf(Proposal),
  }),
  propose: define('POST /v1/admin/proposals', {
    access,
    summary: 'First half of a two-person action',
    body: ProposalBody,
    response: MadeProposal,
  }),
  approve: define('POST /v1/admin/proposals/{proposal_id}/approval', {
    access,
    summary: 'Second half, by another person',
    response: Written,
  }),
  getReadModels: define('GET /v1/admin/read-models', {
    access,
    summary: 'How far the read models are',
    response: ReadModelsStatus,
  }),
  rebuildReadModels: define('POST /v1/admin/read-models/rebuild', {
    access,
    summary: 'Begin to build the read models again; answers at once',
    response: ReadModelsStatus,
  }),
  releaseQuarantine: define('POST /v1/admin/quarantine-releases', {
    access,
    summary: 'Let a command be tried that once stopped the exchange',
    body: QuarantineBody,
    response: Written,
  }),
  releaseTimer: define('POST /v1/admin/timer-releases', {
    access,
    summary: 'Let a timer fire that once stopped the exchange',
    body: TimerBody,
    response: Written,
  }),
} as const
