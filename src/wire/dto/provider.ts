import { isolation, nodeAbility, nodeStatus } from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Decimal,
  Digest,
  Hex,
  Id,
  Integer,
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
import { Grade, Isolation, Resources } from './common.ts'
import { HandleInput } from './people.ts'

export const Site = Shape({
  id: Id('site'),
  account_id: Id('account'),
  hub_id: Id('hub'),
  handle: Text(),
})
export type Site = Static<typeof Site>
export const SiteBody = Closed({ hub_id: Id('hub'), handle: HandleInput })
export const AddedSite = Shape({ ...written, site: Site })

const Metric = Closed({
  metric: Text({ maxLength: 32 }),
  value: Count,
  spread_ppm: U32,
})
/** A signed benchmark report; `digest` names the full report, stored as an object. */
export const Evaluation = Shape({
  node_id: Id('node'),
  suite: Text(),
  metrics: ArrayOf(Metric),
  provisional: Bool(),
  digest: Digest,
  signature: Text(),
  measured_at: Time,
  expires_at: Nullable(Time),
})
export type Evaluation = Static<typeof Evaluation>

/** attested = reserve + free + held + leased + committed, at every instant. */
export const Node = Shape({
  id: Id('node'),
  /** the core's integer: it is what signed statements carry */
  number: Count,
  account_id: Id('account'),
  site_id: Id('site'),
  hub_id: Id('hub'),
  handle: Text(),
  public_key: Text(),
  status: Word(nodeStatus),
  connected: Bool(),
  isolation: Isolation,
  attested: Resources,
  reserve: Resources,
  free: Resources,
  held: Resources,
  leased: Resources,
  committed: Resources,
  inventory_digest: Nullable(Text()),
  meter_period: Count,
  grades: ArrayOf(Shape({ product_id: Id('sku'), grade: Grade })),
  evaluation: Nullable(Evaluation),
})
export type Node = Static<typeof Node>

export const NodeBody = Closed({
  site_id: Id('site'),
  handle: HandleInput,
  public_key: Hex(32),
})
export const RegisteredNode = Shape({ ...written, node_id: Id('node'), node_number: Count })

export const AttestationBody = Closed({
  attested: Resources,
  reserve: Resources,
  isolation: Word(isolation),
  inventory_digest: Digest,
})
export const AbilitiesBody = Closed({ abilities: ArrayOf(Word(nodeAbility), { maxItems: 16 }) })
export const NodeStatusBody = Closed({
  status: Words('online', 'draining', 'maintenance'),
  reason: Optional(Text({ maxLength: 128 })),
})
/** Price per unit-hour in the currency of the instrument that the node is graded for. */
export const NodeOfferBody = Closed({
  price: Decimal,
  max_units: Integer({ minimum: 1, maximum: 1_000_000 }),
  until_at: Optional(Nullable(TimeInput)),
})

/** Own use or maintenance of one's own node over [from_at, until_at). */
export const CommitmentBody = Closed({
  node_id: Id('node'),
  resources: Resources,
  from_at: TimeInput,
  until_at: TimeInput,
  reason: Text({ maxLength: 128 }),
})
export const Committed = Shape({ ...written, commitment_id: Id('commitment') })
