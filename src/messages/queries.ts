/**
 * Questions that the engine answers from its own state (BLUEPRINT section 3, step 6).
 * Asking is asynchronous so that engine and door may live in different threads.
 */
import type {
  AccountView,
  BalanceView,
  BudgetView,
  KeyView,
  MemberView,
  ProposalView,
  UserView,
} from './views/people.ts'
import type {
  BookView,
  HubView,
  InstrumentView,
  NodeView,
  OfferView,
  OrderView,
  QuoteView,
  SiteView,
  SkuView,
  TradeView,
} from './views/market.ts'
import type { AllocationView, AssignmentView, LeaseView, WorkloadView } from './views/delivery.ts'
import type { BuyerMeterView, DisputeView } from './views/disputes.ts'
import type { LeaseSlaView, ProbeView, SlaView } from './views/sla.ts'
import type { ChallengeView, ProofView } from './views/challenge.ts'
import type { Device } from './challenge.ts'
import type { AssessmentView, StandingView } from './views/evaluation.ts'
import type { LegalMode, Resources, Side, SkuClass } from './vocabulary.ts'

/** What a buyer needs; resources are for one machine when colocate, for all units together otherwise. */
export interface Need {
  readonly class: SkuClass
  readonly resources: Resources
  /** null takes the instrument's own horizon */
  readonly durationSeconds: number | null
  readonly maxPriceMicroPerHour: bigint | null
  readonly hub: number | null
  readonly instrument: number | null
  readonly colocate: boolean
  /** accept nodes without isolation (sandbox only) */
  readonly isolationNone: boolean
}

interface Query<A, R> {
  readonly args: A
  readonly result: R
}
type None = Readonly<Record<string, never>>

export interface Queries {
  status: Query<
    None,
    {
      readonly venue: string
      readonly exchangePublicKey: string
      readonly mode: LegalMode
      readonly rules: number
      readonly seq: number
      readonly timeUs: number
      readonly retentionSeconds: number
    }
  >
  keyBySecret: Query<{ secret: string }, KeyView | null>
  keys: Query<{ account: number }, readonly KeyView[]>
  members: Query<None, readonly MemberView[]>
  member: Query<{ member: number }, MemberView | null>
  account: Query<{ account: number }, AccountView | null>
  accounts: Query<{ member: number }, readonly AccountView[]>
  userByHandle: Query<{ handle: string }, UserView | null>
  /** sum of all postings by asset: zero, always */
  ledgerSums: Query<None, readonly { readonly asset: string; readonly sumMicro: bigint }[]>
  proposals: Query<None, readonly ProposalView[]>
  balances: Query<{ account: number }, readonly BalanceView[]>
  budgets: Query<{ account: number }, readonly BudgetView[]>

  hubs: Query<None, readonly HubView[]>
  sites: Query<None, readonly SiteView[]>
  skus: Query<None, readonly SkuView[]>
  instruments: Query<None, readonly InstrumentView[]>
  /** depth = number of levels a side */
  book: Query<{ instrument: number; depth: number }, BookView | null>
  /** newest first, at most 1,000 kept in memory an instrument */
  recentTrades: Query<{ instrument: number; limit: number }, readonly TradeView[]>
  nodes: Query<{ account: number | null }, readonly NodeView[]>
  node: Query<{ node: number }, NodeView | null>
  nodeByPublicKey: Query<{ publicKey: string }, NodeView | null>
  /** reports of a node; null for a node without a verified one */
  assessment: Query<{ node: number }, AssessmentView | null>
  /** of every node with a verified report */
  standings: Query<None, readonly StandingView[]>
  offers: Query<{ account: number | null }, readonly OfferView[]>
  quote: Query<Need, QuoteView>

  openOrders: Query<{ account: number }, readonly OrderView[]>
  /** open orders always; closed ones while the core still remembers them */
  order: Query<{ order: number }, OrderView | null>
  orderByClientId: Query<{ account: number; clientOrderId: string }, OrderView | null>

  allocations: Query<{ account: number; open: boolean }, readonly AllocationView[]>
  allocation: Query<{ allocation: number }, AllocationView | null>
  lease: Query<{ lease: number }, LeaseView | null>
  /** as seller: open leases on one's nodes */
  soldLeases: Query<{ account: number }, readonly LeaseView[]>
  workloads: Query<{ account: number; open: boolean }, readonly WorkloadView[]>
  workload: Query<{ workload: number }, WorkloadView | null>
  assignments: Query<{ node: number }, readonly AssignmentView[]>

  slas: Query<None, readonly SlaView[]>
  leaseSla: Query<{ lease: number }, LeaseSlaView | null>
  /** leases that deliver now and promise something: what probers look at */
  probes: Query<None, readonly ProbeView[]>

  /** newest first: open ones, and at most the last 32 that are closed */
  challenges: Query<{ node: number; open: boolean }, readonly ChallengeView[]>
  /** open ones of an assessor, oldest first */
  challengesBy: Query<{ account: number }, readonly ChallengeView[]>
  /** while the core still remembers it */
  challenge: Query<{ challenge: number }, ChallengeView | null>
  devices: Query<{ node: number }, readonly Device[]>
  /** null for a node that does not exist */
  proof: Query<{ node: number }, ProofView | null>
  /** the buyer's own meter of a lease, while it has no final bill; null where it has none */
  buyerMeter: Query<{ lease: number }, BuyerMeterView | null>
  dispute: Query<{ dispute: number }, DisputeView | null>
  /** newest first; null is everybody's; decided ones while the core still remembers them */
  /** newest first; open true: those that wait, false: decided ones, null: all; pages by dispute */
  disputes: Query<
    {
      account: number | null
      /** those in which the account bought, or sold */
      side: Side | null
      open: boolean | null
      before: number | null
      limit: number
    },
    readonly DisputeView[]
  >
}
export type QueryName = keyof Queries
export type Ask = <N extends QueryName>(
  name: N,
  args: Queries[N]['args'],
) => Promise<Queries[N]['result']>
/** The synchronous form, inside the engine's own thread. */
export type Answers = {
  readonly [N in QueryName]: (args: Queries[N]['args']) => Queries[N]['result']
}
