/** Every event, with its number on disk, and the outcome of a command. */
import {
  list,
  nullable,
  struct,
  text,
  u32,
  u53,
  u128hex,
  variant,
  type Infer,
} from '../kernel/index.ts'
import { LIMITS } from './limits.ts'
import { catalogEvents as c } from './events/catalog.ts'
import { challengeEvents as h } from './events/challenge.ts'
import { deliveryEvents as d } from './events/delivery.ts'
import { disputeEvents as i } from './events/disputes.ts'
import { ledgerEvents as l } from './events/ledger.ts'
import { memberEvents as m } from './events/members.ts'
import { slaEvents as s } from './events/sla.ts'
import { tradingEvents as t } from './events/trading.ts'

export const event = variant({
  VenueOpened: [1, d.VenueOpened],
  GapResumed: [2, d.GapResumed],
  QuarantineReleased: [3, d.QuarantineReleased],
  TimerHeld: [4, d.TimerHeld],
  TimerReleased: [5, d.TimerReleased],

  MemberOpened: [20, m.MemberOpened],
  AccountOpened: [21, m.AccountOpened],
  OwnerGroupSet: [22, m.OwnerGroupSet],
  UserAdded: [23, m.UserAdded],
  VerifierSet: [24, m.VerifierSet],
  KeyIssued: [25, m.KeyIssued],
  KeyRevoked: [26, m.KeyRevoked],
  ProposalMade: [27, m.ProposalMade],
  ProposalApproved: [28, m.ProposalApproved],
  ProposalExpired: [29, m.ProposalExpired],
  RulesActivated: [30, m.RulesActivated],

  EntryPosted: [40, l.EntryPosted],
  WithdrawalRequested: [41, l.WithdrawalRequested],
  WithdrawalSettled: [42, l.WithdrawalSettled],
  BudgetSet: [43, l.BudgetSet],

  HubAdded: [60, c.HubAdded],
  SiteAdded: [61, c.SiteAdded],
  NodeRegistered: [62, c.NodeRegistered],
  SkuDefined: [63, c.SkuDefined],
  InstrumentListed: [64, c.InstrumentListed],
  InstrumentStatusSet: [65, c.InstrumentStatusSet],
  ReferenceSet: [66, c.ReferenceSet],
  NodeAttested: [67, c.NodeAttested],
  NodeStatusSet: [68, c.NodeStatusSet],
  CapacityCommitted: [69, c.CapacityCommitted],
  CommitmentReleased: [70, c.CommitmentReleased],
  GradeThresholdsSet: [71, c.GradeThresholdsSet],
  NodeEvaluated: [72, c.NodeEvaluated],
  NodeGraded: [73, c.NodeGraded],
  DevicesClaimed: [84, h.DevicesClaimed],
  ChallengeOpened: [85, h.ChallengeOpened],
  WitnessCredited: [86, h.WitnessCredited],
  NodeDeliverableSet: [87, h.NodeDeliverableSet],
  NodeAssessed: [92, c.NodeAssessed],
  RetestRequested: [93, c.RetestRequested],
  NodeFactorSet: [94, c.NodeFactorSet],
  ChallengeCommitted: [95, h.ChallengeCommitted],
  ChallengeDrawn: [96, h.ChallengeDrawn],
  ChallengeAnswered: [97, h.ChallengeAnswered],
  ChallengeClosed: [98, h.ChallengeClosed],
  AuditOpened: [99, h.AuditOpened],

  OrderPlaced: [100, t.OrderPlaced],
  OrderAmended: [101, t.OrderAmended],
  OrderFilled: [102, t.OrderFilled],
  OrderEnded: [103, t.OrderEnded],
  TradeExecuted: [104, t.TradeExecuted],
  OfferSet: [105, t.OfferSet],
  OfferWithdrawn: [106, t.OfferWithdrawn],
  NeedWaiting: [107, t.NeedWaiting],
  CancelAfterSet: [108, t.CancelAfterSet],
  OrderRetried: [109, t.OrderRetried],

  AllocationOpened: [120, d.AllocationOpened],
  LeaseOpened: [121, d.LeaseOpened],
  StartDeadlineMoved: [122, d.StartDeadlineMoved],
  LeaseReady: [123, d.LeaseReady],
  LeaseRenewed: [124, d.LeaseRenewed],
  LeaseRenewalRefused: [125, d.LeaseRenewalRefused],
  LeaseSuspended: [126, d.LeaseSuspended],
  LeaseResumed: [127, d.LeaseResumed],
  LeaseReclaiming: [128, d.LeaseReclaiming],
  LeaseClosed: [129, d.LeaseClosed],
  LeaseBilled: [130, d.LeaseBilled],
  LeaseSettled: [131, d.LeaseSettled],
  AllocationClosed: [132, d.AllocationClosed],
  DurationSet: [133, d.DurationSet],
  WorkloadQueued: [134, d.WorkloadQueued],
  WorkloadChanged: [135, d.WorkloadChanged],
  WorkloadStopRequested: [136, d.WorkloadStopRequested],
  MeterRead: [137, d.MeterRead],
  ContactChanged: [138, d.ContactChanged],
  EarningsReleased: [139, d.EarningsReleased],
  ReplacementAsked: [148, d.ReplacementAsked],
  AllocationSuspended: [140, d.AllocationSuspended],
  AllocationResumed: [141, d.AllocationResumed],
  AbilitiesReported: [142, d.AbilitiesReported],

  TunnelOpened: [170, d.TunnelOpened],
  SlaSet: [160, s.SlaSet],
  SlaAttached: [161, s.SlaAttached],
  MaintenanceAnnounced: [162, s.MaintenanceAnnounced],
  MinutesReported: [163, s.MinutesReported],
  BreachMinutes: [164, s.BreachMinutes],
  SlaCredited: [165, s.SlaCredited],
  LienPaid: [166, s.LienPaid],
  BuyerMeterRead: [167, i.BuyerMeterRead],
  DisputeOpened: [168, i.DisputeOpened],
  DisputeResolved: [169, i.DisputeResolved],
})
export type Event = Infer<typeof event>
export type EventKind = Event['kind']
export type EventOf<K extends EventKind> = Extract<Event, { kind: K }>

/** Why a command was refused. Facts fill the `{name}` slots of the code's texts; big numbers are decimal digits. */
const refusal = struct({
  code: text(48),
  facts: list(struct({ name: text(32), value: text(256) }), 32),
})
export type Refusal = Infer<typeof refusal>

/** What a command did: a refusal and no events, or events. Its encoding is what the result hash covers. */
export const outcome = struct({
  refusal: nullable(refusal),
  events: list(event, LIMITS.eventsPerCommand),
})
export type Outcome = Infer<typeof outcome>

/** One line of the event log: what consumers read at their own offset. */
export const eventRecord = struct({
  seq: u53,
  timeUs: u53,
  account: u32,
  key: u32,
  command: u128hex,
  commandKind: text(48),
  outcome,
})
export type EventRecord = Infer<typeof eventRecord>

/** Answer to a submitted command, given only when the command is durable. */
export type Reply = EventRecord & {
  /** true when an earlier command with this id and body had this outcome already */
  readonly replayed: boolean
}
