import { decidedBy, side } from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Decimal,
  Digest,
  Hex,
  Id,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  U32,
  Word,
  ofAccount,
  pageQuery,
  written,
  type Static,
} from '../schema.ts'
import { Currency } from './common.ts'

/** What the buyer counted since ready. */
export const BuyerReadingBody = Closed({
  covered_seconds: U32,
  cpu_us: Optional(Nullable(Count)),
  /** sha256 of what the witness kept; the bytes may be stored as an object */
  evidence: Digest,
})
const reading = {
  /** readings so far */
  readings: Count,
  /** what counts: seconds that it was silent about for too long are in it */
  covered_seconds: Count,
  said_seconds: Count,
  /** the lease clock at the last reading */
  heard_seconds: Count,
  cpu_us: Nullable(Count),
  evidence: Hex(32),
  /** hash of the last reading, which has that of the one before in it */
  chain_head: Hex(32),
}
export const BuyerMeter = Shape({ lease_id: Id('lease'), ...reading })
export type BuyerMeter = Static<typeof BuyerMeter>
export const BuyerReading = Shape({ ...written, meter: BuyerMeter })

/** A final bill on which the two meters of a lease do not agree. */
export const Dispute = Shape({
  id: Id('dispute'),
  lease_id: Id('lease'),
  allocation_id: Id('allocation'),
  node_id: Id('node'),
  buyer_account_id: Id('account'),
  seller_account_id: Id('account'),
  opened_at: Time,
  /** when it is decided if nobody has */
  deadline_at: Time,
  clock_seconds: Count,
  seller: Shape({
    /** what it would bill */
    seconds: Count,
    cpu_us: Count,
    /** number and hash of the node's last signed meter report */
    period: Count,
    chain_head: Hex(32),
  }),
  buyer: Shape({ seconds: Count, ...reading }),
  /** both counts as the lease went on */
  trace: ArrayOf(Shape({ clock: Count, seller: Count, buyer: Count })),
  /** seconds that independent sources say were not delivered */
  doubted_seconds: Count,
  /** in escrow of the lease until it is decided */
  disputed: Decimal,
  disputed_fee: Decimal,
  currency: Currency,
  decision: Nullable(
    Shape({
      by: Word(decidedBy),
      accepted_seconds: Count,
      /** of the disputed money, fee included */
      paid: Decimal,
      returned: Decimal,
      reason: Text(),
      at: Time,
    }),
  ),
})
export type Dispute = Static<typeof Dispute>

/** What a signed meter report of the seller's daemon says of the lease. */
export const SignedReading = Shape({
  /** number of the node's report, and where in the journal it stands */
  period: Count,
  seq: Count,
  at: Time,
  covered_seconds: Count,
  cpu_us: Count,
  memory_peak_mib: Count,
  final: Bool(),
  /** hash of the whole report */
  hash: Hex(32),
  /** the signature is the node's key's, checked again now */
  signed: Bool(),
  /** its hash is in the report after it; in the dispute, of the last one */
  chained: Bool(),
})
export type SignedReading = Static<typeof SignedReading>

/** With `all`, those of everybody: for the operator. `open` true: those that wait, false: decided ones. */
export const DisputesQuery = Closed({
  ...pageQuery,
  open: Optional(Bool()),
  /** only those in which the account bought, or sold */
  side: Optional(Word(side)),
  all: Optional(Bool()),
  ...ofAccount,
})
