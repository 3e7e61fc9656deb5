/** What delivery events do to the tables. */
import type { EventOf } from '../../messages/index.ts'
import { add, none, patch, type Change, type Place, type Reducers } from '../change.ts'
import type { Row } from '../columns.ts'
import { deliveryTables as t } from '../tables/delivery.ts'
import { marketTables } from '../tables/market.ts'
import { peopleTables } from '../tables/people.ts'

type Lease = Row<typeof t.leases>

export const deliveryReducers: Reducers<
  | 'AllocationOpened'
  | 'LeaseOpened'
  | 'StartDeadlineMoved'
  | 'LeaseReady'
  | 'LeaseRenewed'
  | 'LeaseRenewalRefused'
  | 'LeaseSuspended'
  | 'LeaseResumed'
  | 'LeaseReclaiming'
  | 'LeaseClosed'
  | 'LeaseBilled'
  | 'LeaseSettled'
  | 'AllocationClosed'
  | 'DurationSet'
  | 'ReplacementAsked'
  | 'AllocationSuspended'
  | 'AllocationResumed'
  | 'AbilitiesReported'
  | 'WorkloadQueued'
  | 'WorkloadChanged'
  | 'WorkloadStopRequested'
  | 'MeterRead'
  | 'ContactChanged'
  | 'EarningsReleased'
  | 'TunnelOpened'
> = {
  AllocationOpened: (event, { seq, timeUs }) => [
    patch(marketTables.orders, [event.order], (order) => ({
      seq,
      allocations: [...order.allocations, event.allocation],
    })),
    add(t.allocations, [event.allocation], {
      allocation: event.allocation,
      order: event.order,
      account: event.account,
      key: event.key,
      leases: event.leases,
      durationSeconds: null,
      openedAtUs: timeUs,
      closedAtUs: null,
    }),
  ],
  LeaseOpened: (event, place) => [add(t.leases, [event.lease], openedLease(event, place))],
  StartDeadlineMoved: ({ lease, startDeadlineUs }, place) =>
    change(lease, place, { startDeadlineUs, status: 'starting' }),
  LeaseReady: ({ lease, readyAtUs }, place) =>
    change(lease, place, { readyAtUs, status: 'delivering' }),
  LeaseRenewed: ({ lease, fundedSeconds }, place) => change(lease, place, { fundedSeconds }),
  LeaseRenewalRefused: ({ lease, fundedSeconds }, place) => change(lease, place, { fundedSeconds }),
  LeaseSuspended: ({ lease }, place) => change(lease, place, { status: 'suspended' }),
  LeaseResumed: ({ lease }, place) => change(lease, place, { status: 'delivering' }),
  LeaseReclaiming: ({ lease }, place) => change(lease, place, { status: 'reclaiming' }),
  LeaseClosed: ({ lease, end, fault, detail, clockSeconds }, place) => {
    const closedAtUs = place.timeUs
    return change(lease, place, { status: 'closed', end, fault, detail, clockSeconds, closedAtUs })
  },
  LeaseBilled: (event, place) => change(event.lease, place, billOf(event)),
  LeaseSettled: (event, place) => {
    const { cpuUs, memoryPeakMib } = event
    const settledAtUs = place.timeUs
    return change(event.lease, place, { ...billOf(event), cpuUs, memoryPeakMib, settledAtUs })
  },
  AllocationClosed: (event, { timeUs }) => [
    patch(t.allocations, [event.allocation], { closedAtUs: timeUs }),
  ],
  DurationSet: ({ allocation, durationSeconds }) => [
    patch(t.allocations, [allocation], { durationSeconds }),
  ],
  ReplacementAsked: none,
  AllocationSuspended: none,
  AllocationResumed: none,
  AbilitiesReported: none,
  WorkloadQueued: (event, { timeUs }) => [
    add(t.workloads, [event.workload], {
      workload: event.workload,
      allocation: event.allocation,
      account: event.account,
      node: event.node,
      specDigest: event.specDigest,
      closeAllocation: event.closeAllocation,
      status: 'queued',
      exitCode: null,
      end: null,
      logDigest: null,
      outputDigest: null,
      queuedAtUs: timeUs,
      startedAtUs: null,
      endedAtUs: null,
      stopRequested: null,
    }),
  ],
  WorkloadChanged: (event, { timeUs }) => [changedWorkload(event, timeUs)],
  WorkloadStopRequested: ({ workload, graceSeconds }) => [
    patch(t.workloads, [workload], { stopRequested: graceSeconds }),
  ],
  MeterRead: ({ lease, coveredSeconds, cpuUs, memoryPeakMib }, place) =>
    change(lease, place, { coveredSeconds, cpuUs, memoryPeakMib }),
  ContactChanged: ({ node, connected }) => [patch(peopleTables.nodes, [node], { connected })],
  EarningsReleased: none,
  TunnelOpened: none,
}

function change(lease: number, { seq }: Place, columns: Partial<Lease>): Change[] {
  return [patch(t.leases, [lease], { ...columns, seq })]
}

/** The totals so far. */
function billOf(event: EventOf<'LeaseBilled' | 'LeaseSettled'>): Partial<Lease> {
  const { acceptedSeconds, billedMicro, buyerFeeMicro, sellerFeeMicro } = event
  return { acceptedSeconds, billedMicro, buyerFeeMicro, sellerFeeMicro }
}

function openedLease(event: EventOf<'LeaseOpened'>, { seq, timeUs }: Place): Lease {
  return {
    lease: event.lease,
    seq,
    allocation: event.allocation,
    order: event.order,
    trade: event.trade,
    instrument: event.instrument,
    node: event.node,
    buyAccount: event.buyAccount,
    sellAccount: event.sellAccount,
    status: 'matched',
    end: null,
    fault: null,
    detail: '',
    units: event.units,
    resources: event.resources,
    isolation: event.isolation,
    priceMicroPerHour: event.priceMicroPerHour,
    buyerFeePpm: event.buyerFeePpm,
    sellerFeePpm: event.sellerFeePpm,
    openedAtUs: timeUs,
    startDeadlineUs: event.startDeadlineUs,
    readyAtUs: null,
    closedAtUs: null,
    settledAtUs: null,
    fundedSeconds: event.fundedSeconds,
    coveredSeconds: 0,
    acceptedSeconds: 0,
    clockSeconds: null,
    billedMicro: 0n,
    buyerFeeMicro: 0n,
    sellerFeeMicro: 0n,
    untilUs: event.untilUs,
    cpuUs: 0,
    memoryPeakMib: 0,
  }
}

function changedWorkload(event: EventOf<'WorkloadChanged'>, timeUs: number): Change {
  const ended = ['done', 'failed', 'terminated'].includes(event.status)
  return patch(t.workloads, [event.workload], (row) => ({
    status: event.status,
    exitCode: event.exitCode,
    end: event.end,
    logDigest: event.logDigest ?? row.logDigest,
    outputDigest: event.outputDigest ?? row.outputDigest,
    startedAtUs: row.startedAtUs ?? (event.status === 'running' ? timeUs : null),
    endedAtUs: row.endedAtUs ?? (ended ? timeUs : null),
  }))
}
