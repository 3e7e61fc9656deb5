/** Meters that disagree as the API shows them. */
import { formatTime } from '../../kernel/index.ts'
import type { BuyerMeterView, CommandOf, DisputeView, JournalRecord } from '../../messages/index.ts'
import { moneyText } from '../decimal.ts'
import type { BuyerMeter, Dispute, SignedReading } from '../dto/disputes.ts'
import { idOf } from '../id.ts'
import { CURRENCY } from './common.ts'

export function toBuyerMeter(view: BuyerMeterView): BuyerMeter {
  return { lease_id: idOf('lease', view.lease), ...readingOf(view) }
}

export function toDispute(view: DisputeView): Dispute {
  const { seller, buyer, decision } = view
  return {
    id: idOf('dispute', view.dispute),
    lease_id: idOf('lease', view.lease),
    allocation_id: idOf('allocation', view.allocation),
    node_id: idOf('node', view.node),
    buyer_account_id: idOf('account', view.buyAccount),
    seller_account_id: idOf('account', view.sellAccount),
    opened_at: formatTime(view.openedAtUs),
    deadline_at: formatTime(view.deadlineUs),
    clock_seconds: view.clockSeconds,
    seller: {
      seconds: seller.seconds,
      cpu_us: seller.cpuUs,
      period: seller.period,
      chain_head: seller.evidence,
    },
    buyer: { seconds: buyer.seconds, ...readingOf(buyer) },
    trace: view.trace.map((point) => ({ ...point })),
    doubted_seconds: view.doubtedSeconds,
    disputed: moneyText(view.disputedMicro),
    disputed_fee: moneyText(view.disputedFeeMicro),
    currency: CURRENCY,
    decision:
      decision === null
        ? null
        : {
            by: decision.by,
            accepted_seconds: decision.acceptedSeconds,
            paid: moneyText(decision.paidMicro),
            returned: moneyText(decision.returnedMicro),
            reason: decision.reason,
            at: formatTime(decision.atUs),
          },
  }
}

/** A reading in a signed report, and what of it was checked. */
export function toSignedReading(of: {
  readonly record: Pick<JournalRecord, 'seq' | 'timeUs'>
  readonly period: number
  readonly head: string
  readonly reading: CommandOf<'ReportMeters'>['readings'][number]
  readonly isSigned: boolean
  readonly isChained: boolean
}): SignedReading {
  const { record, reading } = of
  return {
    period: of.period,
    seq: record.seq,
    at: formatTime(record.timeUs),
    covered_seconds: reading.coveredSeconds,
    cpu_us: reading.cpuUs,
    memory_peak_mib: reading.memoryPeakMib,
    final: reading.final,
    hash: of.head,
    signed: of.isSigned,
    chained: of.isChained,
  }
}

function readingOf(view: BuyerMeterView): Omit<BuyerMeter, 'lease_id'> {
  return {
    readings: view.readings,
    covered_seconds: view.coveredSeconds,
    said_seconds: view.saidSeconds,
    heard_seconds: view.heardSeconds,
    cpu_us: view.cpuUs,
    evidence: view.evidence,
    chain_head: view.head,
  }
}
