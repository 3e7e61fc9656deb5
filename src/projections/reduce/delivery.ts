/** What delivery events do to the tables. */
import type { EventOf } from '../../messages/index.ts'
import { add, none, patch, put, type Change, type Reducers } from '../change.ts'
import { assert } from '../../kernel/index.ts'
import type { Row } from '../columns.ts'
import { deliveryTables as t } from '../tables/delivery.ts'
import { peopleTables } from '../tables/people.ts'

const HOUR_US = 3_600_000_000

type Bill = Pick<
  EventOf<'LeaseBilled'>,
  'lease' | 'acceptedSeconds' | 'billedMicro' | 'buyerFeeMicro' | 'sellerFeeMicro'
>

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
  | 'WorkloadQueued'
  | 'WorkloadChanged'
  | 'WorkloadStopRequested'
  | 'MeterRead'
  | 'ContactChanged'
  | 'EarningsReleased'
> = {
  AllocationOpened: (event, { timeUs }) => [
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
  LeaseOpened: (event, { timeUs }) => [add(t.leases, [event.lease], openedLease(event, timeUs))],
  StartDeadlineMoved: ({ lease, startDeadlineUs }) => [
    patch(t.leases, [lease], { startDeadlineUs, status: 'starting' }),
  ],
  LeaseReady: ({ lease, readyAtUs }) => [
    patch(t.leases, [lease], { readyAtUs, status: 'delivering' }),
  ],
  LeaseRenewed: ({ lease, fundedSeconds }) => [patch(t.leases, [lease], { fundedSeconds })],
  LeaseRenewalRefused: ({ lease, fundedSeconds }) => [patch(t.leases, [lease], { fundedSeconds })],
  LeaseSuspended: ({ lease }) => [patch(t.leases, [lease], { status: 'suspended' })],
  LeaseResumed: ({ lease }) => [patch(t.leases, [lease], { status: 'delivering' })],
  LeaseReclaiming: ({ lease }) => [patch(t.leases, [lease], { status: 'reclaiming' })],
  LeaseClosed: ({ lease, end, fault, detail, clockSeconds }, { timeUs }) => [
    patch(t.leases, [lease], {
      status: 'closed',
      end,
      fault,
      detail,
      clockSeconds,
      closedAtUs: timeUs,
    }),
  ],
  LeaseBilled: (event, { timeUs }) => bill(event, timeUs),
  LeaseSettled: (event, { timeUs }) => [
    ...bill(event, timeUs),
    patch(t.leases, [event.lease], {
      settledAtUs: timeUs,
      cpuUs: event.cpuUs,
      memoryPeakMib: event.memoryPeakMib,
    }),
  ],
  AllocationClosed: (event, { timeUs }) => [
    patch(t.allocations, [event.allocation], { closedAtUs: timeUs }),
  ],
  DurationSet: ({ allocation, durationSeconds }) => [
    patch(t.allocations, [allocation], { durationSeconds }),
  ],
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
  MeterRead: ({ lease, coveredSeconds, cpuUs, memoryPeakMib }) => [
    patch(t.leases, [lease], { coveredSeconds, cpuUs, memoryPeakMib }),
  ],
  ContactChanged: ({ node, connected }) => [patch(peopleTables.nodes, [node], { connected })],
  EarningsReleased: none,
}

function openedLease(event: EventOf<'LeaseOpened'>, timeUs: number): Row<typeof t.leases> {
  return {
    lease: event.lease,
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

/** The event holds totals of the lease; what they grew by goes to the hour, then the lease has them. */
function bill({ lease, ...totals }: Bill, timeUs: number): Change[] {
  const hourUs = timeUs - (timeUs % HOUR_US)
  const { acceptedSeconds, billedMicro, buyerFeeMicro, sellerFeeMicro } = totals
  return [
    put(t.billedHours, [lease, hourUs], (hour, rows) => {
      const before = rows.get(t.leases, [lease])
      assert(before !== null, `lease ${lease} is billed and not known`)
      return {
        lease,
        hourUs,
        buyAccount: before.buyAccount,
        sellAccount: before.sellAccount,
        instrument: before.instrument,
        node: before.node,
        units: before.units,
        seconds: (hour?.seconds ?? 0) + acceptedSeconds - before.acceptedSeconds,
        billedMicro: (hour?.billedMicro ?? 0n) + billedMicro - before.billedMicro,
        buyerFeeMicro: (hour?.buyerFeeMicro ?? 0n) + buyerFeeMicro - before.buyerFeeMicro,
        sellerFeeMicro: (hour?.sellerFeeMicro ?? 0n) + sellerFeeMicro - before.sellerFeeMicro,
      }
    }),
    patch(t.leases, [lease], { acceptedSeconds, billedMicro, buyerFeeMicro, sellerFeeMicro }),
  ]
}
