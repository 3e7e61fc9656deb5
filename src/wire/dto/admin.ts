import { instrumentStatus, role, skuClass, skuUnit } from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Decimal,
  Hex,
  Id,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  TimeInput,
  U32,
  Word,
  Words,
  written,
  type Static,
} from '../schema.ts'
import { Currency, Grade, LocalText, Resources } from './common.ts'
import { HandleInput } from './people.ts'

export const MemberBody = Closed({ handle: HandleInput, roles: ArrayOf(Word(role)) })
export const OpenedMember = Shape({ ...written, member_id: Id('member') })
export const Member = Shape({ id: Id('member'), handle: Text(), roles: ArrayOf(Word(role)) })

export const AccountBody = Closed({
  member_id: Id('member'),
  handle: HandleInput,
  /** absent opens a new beneficial-owner group */
  owner_group_id: Optional(Nullable(Id('group'))),
})
export const OpenedAccount = Shape({
  ...written,
  account_id: Id('account'),
  owner_group_id: Id('group'),
})

/** The password, if any, is turned into a salted scrypt verifier at the door and not kept. */
export const UserBody = Closed({
  member_id: Id('member'),
  handle: HandleInput,
  password: Optional(Nullable(Text({ minLength: 12, maxLength: 1_024 }))),
})
export const AddedUser = Shape({ ...written, user_id: Id('user') })

export const DepositBody = Closed({
  account_id: Id('account'),
  amount: Decimal,
  currency: Currency,
  reference: Optional(Text({ maxLength: 64 })),
})
export const SettlementBody = Closed({ confirmed: Bool() })

export const HubBody = Closed({ code: Text({ maxLength: 16 }), name: LocalText })
export const AddedHub = Shape({ ...written, hub_id: Id('hub') })

export const SkuBody = Closed({
  code: Text({ maxLength: 32 }),
  class: Word(skuClass),
  unit: Word(skuUnit),
  bundle: Resources,
  name: LocalText,
})
export const DefinedSku = Shape({ ...written, product_id: Id('sku') })

export const InstrumentBody = Closed({
  symbol: Text({ maxLength: 48 }),
  product_id: Id('sku'),
  grade: Grade,
  hub_id: Id('hub'),
  tick_size: Decimal,
  reference_price: Decimal,
  band_ppm: U32,
  maker_fee_ppm: U32,
  taker_fee_ppm: U32,
  seller_fee_ppm: U32,
  horizon_seconds: U32,
  notice_seconds: U32,
  interruptible: Bool(),
})
export const ListedInstrument = Shape({ ...written, instrument_id: Id('instrument') })
export const InstrumentStatusBody = Closed({
  status: Word(instrumentStatus),
  reason: Text({ maxLength: 128 }),
})
export const ReferenceBody = Closed({ reference_price: Decimal, band_ppm: U32 })

/** Best grade first. */
export const ThresholdsBody = Closed({
  thresholds: ArrayOf(
    Closed({
      grade: Grade,
      minimums: ArrayOf(Closed({ metric: Text({ maxLength: 32 }), at_least: Count }), {
        maxItems: 16,
      }),
    }),
    { maxItems: 6 },
  ),
})

const resolution = {
  dispute_id: Id('dispute'),
  accepted_seconds: U32,
  reason: Text({ maxLength: 256 }),
}
export const Proposal = Shape({
  id: Id('proposal'),
  by_user_id: Nullable(Id('user')),
  action: Text(),
  /** of a decision about a dispute that waits for the second person */
  resolution: Nullable(Shape(resolution)),
  expires_at: Time,
  done: Bool(),
})
/** `command` is an encoded command of the core as hex, or one of the named actions. */
export const ProposalBody = Closed({
  action: Words('activate_rules', 'post_correction', 'resolve_dispute', 'encoded'),
  rules_version: Optional(U32),
  correction: Optional(
    Closed({
      reason: Text({ maxLength: 256 }),
      postings: ArrayOf(Closed({ code: U32, owner: Count, currency: Currency, amount: Decimal }), {
        maxItems: 64,
      }),
    }),
  ),
  resolution: Optional(Closed(resolution)),
  encoded: Optional(Text({ pattern: '^([0-9a-f]{2})+$', maxLength: 524_288 })),
  expires_at: TimeInput,
})
export type Proposal = Static<typeof Proposal>
export const MadeProposal = Shape({ ...written, proposal_id: Id('proposal') })

/** While nothing answers yet the state is building; during a rebuild the old tables answer. */
export const ReadModelsStatus = Shape({
  state: Words('ok', 'building'),
  rebuild: Words('none', 'running', 'done', 'failed'),
  applied_seq: Count,
  durable_seq: Count,
  /** age of the newest command applied while others wait, rounded up, else 0; null before the first */
  lag_seconds: Nullable(Count),
})

export const QuarantineBody = Closed({ account_id: Id('account'), command_id: Hex(16) })

/** `timer` is the number that the quarantine and the log name. */
export const TimerBody = Closed({ timer: Count })

export const FaucetBody = Closed({ amount: Decimal, account_id: Optional(Id('account')) })
