/** Rows of the capacity register. */
import { nullable, oneOf, struct, text, u32, u53, type Infer } from '../../kernel/index.ts'
import { resources } from '../../messages/index.ts'

/**
 * `lease`, `commitment` and `sold` (for good, all together) are promises; `hold` (all standing offers of
 * a node together) yields to them.
 */
const rowKind = oneOf('hold', 'lease', 'commitment', 'sold')
export type RowKind = Infer<typeof rowKind>
/** `order_hold` is what one-shot sell orders hold: their own rows say it, so it has none here. */
export type UseKind = RowKind | 'order_hold'

/** A use of a node's resources over the half-open interval [fromUs, untilUs). */
export const useRow = struct({
  id: u53,
  node: u32,
  kind: rowKind,
  /** the node of a hold or of what was sold, the lease, the commitment */
  subject: u53,
  /** units of this SKU; 0 and 0 where it is not about units */
  sku: u32,
  units: u32,
  resources,
  fromUs: u53,
  /** null is open-ended */
  untilUs: nullable(u53),
  reason: text(128),
  /** timers of a commitment; 0 is none */
  startTimer: u53,
  endTimer: u53,
})
export type UseRow = Infer<typeof useRow>
