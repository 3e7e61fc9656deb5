/** Witnesses inside leases: what a node delivered of what its report says, and what that pays. */
import { dueFor, minBig, mulDivFloor, principalFor, US_PER_SECOND } from '../../kernel/index.ts'
import { DELIVERED_PPM, LIMITS } from '../../messages/index.ts'
import type { ChallengeRow, WitnessRow } from '../challenges/rows.ts'
import type { Context } from '../context.ts'
import { clockSeconds } from '../delivery/money.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import { EntryRule } from '../ledger/tell.ts'
import { payBack } from './credit-pay.ts'
import type { Desks } from './world.ts'

const TIME = new EntryRule('PRF-009')
const MISSING = new EntryRule('PRF-010')

const PPM = 1_000_000
const WHOLE = BigInt(PPM)

/**
 * measured / contract of a witness, at most 1, in ppm, rounded down; 0 of one that was failed, since
 * it proves that nothing was delivered. Null where the ratio says nothing.
 */
export function ratioOf({ proof, end, measured, contract }: ChallengeRow): number | null {
  if (proof !== 'witness' || end === 'void') return null
  if (end !== 'passed') return 0
  return Number(minBig(WHOLE, mulDivFloor(BigInt(measured), WHOLE, BigInt(contract))))
}

/** The second that a witness took of a lease is given back (rule PRF-009). */
export function creditTime(x: Desks, ctx: Context, row: ChallengeRow): void {
  const found = witnessed(x, ctx, row)
  if (found === null) return
  const { lease, witness } = found
  const timeMicro = Math.min(principalFor(rateOf(lease), 1), leftOf(x, ctx, lease, witness))
  const { paid, owed } = payBack(x, ctx, lease, TIME, timeMicro)
  witness.creditedMicro += timeMicro
  ctx.emit({
    kind: 'WitnessCredited',
    challenge: row.challenge,
    lease: lease.lease,
    ratioPpm: null,
    seconds: 0,
    chargeMicro: 0n,
    timeMicro: BigInt(timeMicro),
    penaltyMicro: 0n,
    paidMicro: BigInt(paid),
    owedMicro: BigInt(owed),
  })
}

/**
 * A witness is over: what was missing of the stretch since the last one, an hour at most, is paid back
 * where less than DELIVERED_PPM came (rule PRF-010).
 */
export function creditMissing(x: Desks, ctx: Context, row: ChallengeRow, ratioPpm: number): void {
  const found = witnessed(x, ctx, row)
  if (found === null) return
  const { lease, witness } = found
  const untilUs = Math.min(row.openedAtUs, lease.closedAtUs ?? Infinity)
  const fromUs = Math.max(witness.judgedUs, untilUs - LIMITS.witnessSeconds * US_PER_SECOND)
  const seconds = Math.floor(Math.max(0, untilUs - fromUs) / US_PER_SECOND)
  witness.judgedUs = Math.max(witness.judgedUs, untilUs)
  if (ratioPpm >= DELIVERED_PPM) return
  const chargeMicro = Math.min(dueFor(rateOf(lease), seconds), leftOf(x, ctx, lease, witness))
  const missing = mulDivFloor(BigInt(chargeMicro), BigInt(PPM - ratioPpm), WHOLE)
  const { paid, owed } = payBack(x, ctx, lease, MISSING, Number(missing))
  witness.creditedMicro += Number(missing)
  ctx.emit({
    kind: 'WitnessCredited',
    challenge: row.challenge,
    lease: lease.lease,
    ratioPpm,
    seconds,
    chargeMicro: BigInt(chargeMicro),
    timeMicro: 0n,
    penaltyMicro: missing,
    paidMicro: BigInt(paid),
    owedMicro: BigInt(owed),
  })
}

/** The lease of a witness, while the exchange still knows both. */
function witnessed(
  x: Desks,
  ctx: Context,
  { lease }: ChallengeRow,
): { readonly lease: LeaseRow; readonly witness: WitnessRow } | null {
  const row = lease === null ? undefined : x.delivery.leases.get(lease)
  if (row === undefined) return null
  return { lease: row, witness: x.challenges.witnessOf(row.lease, row.readyAtUs ?? ctx.timeUs) }
}

/** The lease is settled: with its last witness, what these gave is not needed any more. */
export function forgetWitnesses(x: Desks, id: number): void {
  if (x.challenges.witness(id) === undefined) return
  const lease = x.delivery.leases.get(id)
  if (lease !== undefined && lease.settledAtUs === null) return
  const isOpen = lease !== undefined && x.challenges.openOf(lease.node).some((c) => c.lease === id)
  if (!isOpen) x.challenges.forgetWitness(id)
}

/**
 * Never more comes back than the lease has cost: by its clock, without what is not charged, while it
 * lasts, then by its bill.
 */
function leftOf(x: Desks, ctx: Context, lease: LeaseRow, witness: WitnessRow): number {
  const seconds = clockSeconds(lease, ctx.timeUs) - x.sla.unchargedSeconds(lease.lease)
  const byClock = dueFor(rateOf(lease), Math.max(0, seconds))
  const cost = lease.settledAtUs === null ? byClock : Math.min(byClock, lease.billedMicro)
  const credited = x.sla.judged.get(lease.lease)?.creditedMicro ?? 0
  return Math.max(0, cost - credited - witness.creditedMicro)
}

function rateOf({ priceMicroPerHour, units }: LeaseRow): number {
  return priceMicroPerHour * units
}
