/** Every query that the engine answers from the state (messages/queries.ts). */
import {
  CNY,
  type AccountView,
  type Answers,
  type BalanceView,
  type OrderView,
} from '../messages/index.ts'
import type { AllDesks } from './build.ts'
import { nodeView } from './capacity/node-view.ts'
import type { NodeRow } from './catalog/rows.ts'
import { allocationView, assignments, leaseView, workloadView } from './delivery/views.ts'
import { WORKLOAD_ENDED } from './delivery/rows.ts'
import { challengesOf, challengeView, devicesOf, proofView } from './flows/challenge-views.ts'
import { buyerMeterView, disputesOf, disputeView } from './flows/dispute-views.ts'
import { leaseSla, probes, slaView } from './flows/sla-views.ts'
import { assessmentView, standingViews } from './evaluation/view.ts'
import { quote } from './trading/quote.ts'

export interface Now {
  readonly seq: number
  readonly timeUs: number
}

export function answersOf(x: AllDesks, now: () => Now): Answers {
  return {
    ...peopleAnswers(x, now),
    ...marketAnswers(x, now),
    ...deliveryAnswers(x, now),
    ...slaAnswers(x),
    ...challengeAnswers(x),
    ...disputeAnswers(x),
  }
}

function peopleAnswers(x: AllDesks, now: () => Now) {
  const { members, budgets, venue } = x
  return {
    status: () => {
      const { exchangePublicKey, mode, rules, retentionSeconds } = venue.row
      return { venue: venue.row.venue, exchangePublicKey, mode, rules, retentionSeconds, ...now() }
    },
    keyBySecret: ({ secret }) => members.keyViewBySecret(secret),
    keys: ({ account }) => members.keyViews(account),
    members: () => members.memberViews(),
    member: ({ member }) => members.memberView(member),
    account: ({ account }) => members.accountView(account),
    accounts: ({ member }): readonly AccountView[] => members.accountViews(member),
    userByHandle: ({ handle }) => members.userViewByHandle(handle),
    proposals: () => members.proposalViews(),
    balances: ({ account }) => balances(x, account),
    ledgerSums: () => ledgerSums(x),
    budgets: ({ account }) => budgets.views(account, now().timeUs),
  } satisfies Partial<Answers>
}

function marketAnswers(x: AllDesks, now: () => Now) {
  const { catalog, trading } = x
  const viewNode = (row: NodeRow) =>
    nodeView(x.capacity, row, now().timeUs, x.delivery.meters.get(row.node)?.period ?? 0)
  const withAllocations = (view: OrderView): OrderView => ({
    ...view,
    allocations: x.delivery.allocationsOfOrder(view.order),
  })
  return {
    hubs: () => catalog.hubViews(),
    sites: () => [...catalog.sites.values()].map((row) => ({ ...row })),
    skus: () => catalog.skuViews(),
    instruments: () => trading.instrumentViews(),
    book: ({ instrument, depth }) => trading.bookView(instrument, depth, now()),
    recentTrades: ({ instrument, limit }) => trading.recentTrades(instrument, limit),
    nodes: ({ account }) =>
      (account === null ? catalog.nodes.rows() : catalog.nodesOf(account)).map(viewNode),
    node: ({ node }) => viewOf(catalog.node(node), viewNode),
    nodeByPublicKey: ({ publicKey }) => viewOf(catalog.nodeByPublicKey(publicKey), viewNode),
    assessment: ({ node }) => assessmentView(catalog, x.evaluation, node),
    standings: () => standingViews(x.evaluation),
    offers: ({ account }) => trading.offerViews(account, now().timeUs),
    quote: (need) => quote(x, need, now()),
    openOrders: ({ account }) => trading.openOrders(account).map(withAllocations),
    order: ({ order }) => viewOf(trading.orderView(order) ?? undefined, withAllocations),
    orderByClientId: ({ account, clientOrderId }) =>
      viewOf(trading.orderByClientId(account, clientOrderId) ?? undefined, withAllocations),
  } satisfies Partial<Answers>
}

function deliveryAnswers(x: AllDesks, now: () => Now) {
  const desk = x.delivery
  return {
    allocations: ({ account, open }) =>
      desk
        .allocationsOf(account)
        .filter((row) => !open || !row.closed)
        .map((row) => allocationView(x, row, now().timeUs)),
    allocation: ({ allocation }) =>
      viewOf(desk.allocations.get(allocation), (row) => allocationView(x, row, now().timeUs)),
    lease: ({ lease }) => viewOf(desk.leases.get(lease), (row) => leaseView(x, row, now().timeUs)),
    soldLeases: ({ account }) =>
      desk.leasesOfSeller(account).map((row) => leaseView(x, row, now().timeUs)),
    workloads: ({ account, open }) =>
      desk
        .allocationsOf(account)
        .flatMap((row) => row.workloads.map((id) => desk.workloads.must(id)))
        .filter((row) => !open || !WORKLOAD_ENDED.has(row.status))
        .map(workloadView),
    workload: ({ workload }) => viewOf(desk.workloads.get(workload), workloadView),
    assignments: ({ node }) => assignments(x, node, now().timeUs),
  } satisfies Partial<Answers>
}

function slaAnswers(x: AllDesks) {
  return {
    slas: () => x.sla.newestOfAll().map(slaView),
    leaseSla: ({ lease }) => viewOf(x.delivery.leases.get(lease), (row) => leaseSla(x, row)),
    probes: () => probes(x),
  } satisfies Partial<Answers>
}

function challengeAnswers(x: AllDesks) {
  return {
    challenges: ({ node, open }) => challengesOf(x, node, open),
    challengesBy: ({ account }) => x.challenges.openBy(account).map(challengeView),
    challenge: ({ challenge }) => viewOf(x.challenges.challenges.get(challenge), challengeView),
    devices: ({ node }) => devicesOf(x, node),
    proof: ({ node }) => proofView(x, node),
  } satisfies Partial<Answers>
}

function disputeAnswers(x: AllDesks) {
  const { meters, disputes } = x.disputes
  return {
    buyerMeter: ({ lease }) => viewOf(meters.get(lease), buyerMeterView),
    dispute: ({ dispute }) => viewOf(disputes.get(dispute), disputeView),
    disputes: (args) => disputesOf(x, args),
  } satisfies Partial<Answers>
}

/** What all codes of an asset come to. */
function ledgerSums(x: AllDesks) {
  const sums = new Map<string, bigint>()
  for (const { asset, debitMicro } of x.ledger.trialBalance()) {
    sums.set(asset, (sums.get(asset) ?? 0n) + debitMicro)
  }
  return [...sums].map(([asset, sumMicro]) => ({ asset, sumMicro }))
}

/** The ledger's parts, and what the account's leases hold in escrow. */
function balances(x: AllDesks, account: number): BalanceView[] {
  const leases = x.delivery.leasesOfBuyer(account)
  const escrowedMicro = leases.reduce((sum, lease) => sum + leaseView(x, lease, 0).escrowMicro, 0n)
  return x.ledger.balanceViews(account, (asset) => (asset === CNY ? escrowedMicro : 0n))
}

function viewOf<R, V>(row: R | undefined, view: (row: R) => V): V | null {
  return row === undefined ? null : view(row)
}
