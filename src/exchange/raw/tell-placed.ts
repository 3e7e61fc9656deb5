/** Events of plain orders, written from the bytes of their command. */
import { putU16, putU32, putVarint } from '../../kernel/index.ts'
import { event } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { HORIZON_SECONDS } from './plain.ts'

const [PLACED] = event.cases.OrderPlaced
const PLACED_BYTES = 128

/** The event has the fields of the command in their order: they are copied, with the horizon that counts. */
export function tellPlaced(
  ctx: Context,
  order: number,
  account: number,
  key: number,
  view: DataView,
  from: number,
  until: number,
  horizonSeconds: number,
): void {
  const out = ctx.bytesOfNext()!
  const start = out.room(PLACED_BYTES)
  const bytes = out.target
  let at = putVarint(bytes, putU16(bytes, start, PLACED), order)
  at = putU32(bytes, at, account)
  at = putU32(bytes, at, key)
  bytes[at++] = 0 // of no offer
  const target = out.targetView
  let source = from
  let to = at
  for (; source < until - 2; source += 4, to += 4) {
    target.setInt32(to, view.getInt32(source, true), true)
  }
  target.setInt16(to, view.getInt16(source, true), true)
  target.setUint32(at + HORIZON_SECONDS, horizonSeconds, true)
  out.wrote(at + until - from)
}
