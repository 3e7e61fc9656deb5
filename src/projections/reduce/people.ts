/** What member, catalog, capacity and evaluation events do to the tables. */
import { add, none, patch, put, type Reducers } from '../change.ts'
import { marketTables } from '../tables/market.ts'
import { peopleTables as t } from '../tables/people.ts'

export const memberReducers: Reducers<
  | 'MemberOpened'
  | 'AccountOpened'
  | 'OwnerGroupSet'
  | 'UserAdded'
  | 'VerifierSet'
  | 'KeyIssued'
  | 'KeyRevoked'
  | 'ProposalMade'
  | 'ProposalApproved'
  | 'ProposalExpired'
  | 'RulesActivated'
> = {
  MemberOpened: ({ member, handle, roles }, { timeUs }) => [
    add(t.members, [member], { member, handle, roles, openedAtUs: timeUs }),
  ],
  AccountOpened: ({ account, member, ownerGroup, handle }, { timeUs }) => [
    add(t.accounts, [account], { account, member, ownerGroup, handle, openedAtUs: timeUs }),
  ],
  OwnerGroupSet: ({ account, ownerGroup }) => [patch(t.accounts, [account], { ownerGroup })],
  UserAdded: none,
  VerifierSet: none,
  KeyIssued: ({ key, account, node, label, credential, scopes, expiresAtUs }, { timeUs }) => [
    add(t.keys, [key], {
      key,
      account,
      node,
      label,
      credential,
      scopes,
      issuedAtUs: timeUs,
      expiresAtUs,
      revokedAtUs: null,
    }),
  ],
  KeyRevoked: ({ key }, { timeUs }) => [patch(t.keys, [key], { revokedAtUs: timeUs })],
  ProposalMade: none,
  ProposalApproved: none,
  ProposalExpired: none,
  RulesActivated: none,
}

export const catalogReducers: Reducers<
  | 'HubAdded'
  | 'SiteAdded'
  | 'NodeRegistered'
  | 'SkuDefined'
  | 'InstrumentListed'
  | 'InstrumentStatusSet'
  | 'ReferenceSet'
  | 'NodeAttested'
  | 'NodeStatusSet'
  | 'CapacityCommitted'
  | 'CommitmentReleased'
  | 'GradeThresholdsSet'
  | 'NodeEvaluated'
  | 'NodeGraded'
  | 'NodeAssessed'
  | 'RetestRequested'
  | 'NodeFactorSet'
> = {
  HubAdded: none,
  SiteAdded: ({ site, account, hub, handle }) => [
    add(t.sites, [site], { site, account, hub, handle }),
  ],
  NodeRegistered: ({ node, account, site, handle }, { timeUs }) => [
    add(t.nodes, [node], {
      node,
      account,
      site,
      handle,
      status: 'registered',
      connected: false,
      isolation: null,
      attested: null,
      reserve: null,
      registeredAtUs: timeUs,
    }),
  ],
  SkuDefined: none,
  InstrumentListed: ({ instrument, symbol, sku, grade, hub, tickMicro }) => [
    add(marketTables.instruments, [instrument], {
      instrument,
      symbol,
      sku,
      grade,
      hub,
      tickMicro,
      status: 'listed',
    }),
  ],
  InstrumentStatusSet: ({ instrument, status }) => [
    patch(marketTables.instruments, [instrument], { status }),
  ],
  ReferenceSet: none,
  NodeAttested: ({ node, attested, reserve, isolation }) => [
    patch(t.nodes, [node], { attested, reserve, isolation }),
  ],
  NodeStatusSet: ({ node, status }) => [patch(t.nodes, [node], { status })],
  CapacityCommitted: none,
  CommitmentReleased: none,
  GradeThresholdsSet: none,
  NodeEvaluated: ({ node, suite, metrics, provisional, ...report }, { seq }) => [
    add(t.evaluations, [node, seq], {
      node,
      seq,
      suite,
      metrics,
      provisional,
      digest: report.digest,
      signature: report.signature,
      measuredAtUs: report.measuredAtUs,
      expiresAtUs: report.expiresAtUs,
    }),
  ],
  NodeAssessed: ({ node, account, independent, suite, referenceDigest, ...report }, { seq }) => [
    add(t.assessments, [node, seq], {
      node,
      seq,
      account,
      independent,
      suite,
      referenceDigest,
      dimensions: report.dimensions,
      rated: report.rated,
      reasons: report.reasons,
      reportDigest: report.reportDigest,
      inventoryDigest: report.inventoryDigest,
      measuredAtUs: report.measuredAtUs,
      expiresAtUs: report.expiresAtUs,
    }),
  ],
  RetestRequested: none,
  NodeFactorSet: none,
  NodeGraded: ({ node, sku, grade }, { timeUs }) => [
    put(t.nodeGrades, [node, sku], () => ({ node, sku, grade, timeUs })),
  ],
}
