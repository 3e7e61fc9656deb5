/**
 * The events that every trade has. Where a command's events are kept as bytes these are written field
 * by field, as their codecs would (a test compares the two).
 */
import { putI64, putU16, putU32, putVarint } from '../../kernel/index.ts'
import { event, isolation, type EventKind } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { AllocationRow, LeaseRow } from './rows.ts'

const numberOf = (kind: EventKind): number => event.cases[kind][0]
const ALLOCATED = numberOf('AllocationOpened')
const OPENED = numberOf('LeaseOpened')
// no such event is longer
const ALLOCATED_BYTES = 32
const OPENED_BYTES = 160

export function tellAllocated(ctx: Context, row: AllocationRow, leases: number): void {
  const { allocation, order, account, key } = row
  const out = ctx.bytesOfNext()
  if (out === null) {
    return ctx.emit({ kind: 'AllocationOpened', allocation, order, account, key, leases })
  }
  const from = out.room(ALLOCATED_BYTES)
  const bytes = out.target
  let at = putVarint(bytes, putU16(bytes, from, ALLOCATED), allocation)
  at = putVarint(bytes, at, order)
  at = putU32(bytes, at, account)
  at = putU32(bytes, at, key)
  out.wrote(putU32(bytes, at, leases))
}

export function tellOpened(ctx: Context, lease: LeaseRow): void {
  const out = ctx.bytesOfNext()
  if (out === null) return emitOpened(ctx, lease)
  const from = out.room(OPENED_BYTES)
  const bytes = out.target
  const { resources, untilUs } = lease
  const id = lease.lease
  let at = putVarint(bytes, putU16(bytes, from, OPENED), id)
  at = putVarint(bytes, at, lease.allocation)
  at = putVarint(bytes, at, lease.order)
  at = putVarint(bytes, at, id)
  at = putU32(bytes, at, lease.instrument)
  at = putU32(bytes, at, lease.node)
  at = putU32(bytes, at, lease.buyAccount)
  at = putU32(bytes, at, lease.sellAccount)
  at = putU32(bytes, at, lease.units)
  at = putU32(bytes, at, resources.cores)
  at = putU32(bytes, at, resources.memoryMib)
  at = putU32(bytes, at, resources.diskMib)
  at = putU32(bytes, at, resources.cards)
  bytes[at++] = isolation.values.indexOf(lease.isolation)
  at = putI64(bytes, at, lease.priceMicroPerHour)
  at = putU32(bytes, at, lease.buyerFeePpm)
  at = putU32(bytes, at, lease.sellerFeePpm)
  at = putU32(bytes, at, lease.fundedSeconds)
  bytes[at++] = untilUs === null ? 0 : 1
  if (untilUs !== null) at = putVarint(bytes, at, untilUs)
  at = putVarint(bytes, at, lease.startDeadlineUs)
  for (let word = 0; word < 4; word++) at = putBigEndian(bytes, at, lease.nonceWord(word))
  out.wrote(at)
}

function emitOpened(ctx: Context, lease: LeaseRow): void {
  const { allocation, order, instrument, node, buyAccount, sellAccount, units } = lease
  const { resources, isolation: isolatedBy, buyerFeePpm, sellerFeePpm } = lease
  const { fundedSeconds, untilUs, startDeadlineUs, nonce } = lease
  ctx.emit({
    kind: 'LeaseOpened',
    trade: lease.lease,
    lease: lease.lease,
    allocation,
    order,
    instrument,
    node,
    buyAccount,
    sellAccount,
    units,
    resources,
    isolation: isolatedBy,
    priceMicroPerHour: BigInt(lease.priceMicroPerHour),
    buyerFeePpm,
    sellerFeePpm,
    fundedSeconds,
    untilUs,
    startDeadlineUs,
    nonce,
  })
}

function putBigEndian(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
  return at + 4
}
