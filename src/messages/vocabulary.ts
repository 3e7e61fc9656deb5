/**
 * The closed word lists that commands, events and views share (BLUEPRINT section 2).
 * Order matters: the position of a word is its number on disk, so new words go at the end.
 */
import { oneOf, text, struct, u32, type Infer } from '../kernel/index.ts'

export const role = oneOf(
  'buyer',
  'provider',
  'broker',
  'dealer',
  'assessor',
  'insurer',
  'regulator',
  'operator',
)
export type Role = Infer<typeof role>

/** What a key may do. `provide` is the seller's daemon, `admin` the operator's staff. */
export const SCOPES = [
  'read',
  'trade',
  'deliver',
  'transfer',
  'withdraw',
  'keys',
  'provide',
  'evaluate',
  'admin',
] as const
export const scope = oneOf(...SCOPES)
export type Scope = Infer<typeof scope>

/** bearer: sha256 of a token. ed25519: public key. session, link: sha256 of a short-lived token. */
export const credential = oneOf('bearer', 'ed25519', 'session', 'link')
export type Credential = Infer<typeof credential>

export const legalMode = oneOf('SIMULATED', 'INTERNAL', 'LICENSED')
export type LegalMode = Infer<typeof legalMode>

export const skuClass = oneOf(
  'cpu',
  'gpu',
  'npu',
  'fpga',
  'dpu',
  'hpc',
  'storage',
  'render',
  'network',
)
export type SkuClass = Infer<typeof skuClass>

export const skuUnit = oneOf('core', 'card', 'node', 'tb', 'gbps', 'render')
export type SkuUnit = Infer<typeof skuUnit>

/** A is best; U is "not rated yet", tradable only where an instrument says so. */
export const grade = oneOf('A', 'B', 'C', 'D', 'E', 'U')
export type Grade = Infer<typeof grade>

/** How a node keeps one buyer from another; `none` is accepted only in the sandbox or for own use. */
export const isolation = oneOf('none', 'namespaces', 'container', 'gvisor', 'node', 'confidential')
export type Isolation = Infer<typeof isolation>

export const side = oneOf('buy', 'sell')
export type Side = Infer<typeof side>

export const orderType = oneOf('limit', 'market_to_limit')
export type OrderType = Infer<typeof orderType>

export const timeInForce = oneOf('GTC', 'IOC', 'FOK', 'GTD')
export type TimeInForce = Infer<typeof timeInForce>

export const selfTrade = oneOf('expire_maker', 'expire_taker', 'expire_both', 'decrement')
export type SelfTrade = Infer<typeof selfTrade>

export const capacityFlag = oneOf('principal', 'agency')
export type CapacityFlag = Infer<typeof capacityFlag>

export const instrumentStatus = oneOf('listed', 'halted', 'delisted')
export type InstrumentStatus = Infer<typeof instrumentStatus>

export const nodeStatus = oneOf('registered', 'online', 'draining', 'maintenance', 'lost')
export type NodeStatus = Infer<typeof nodeStatus>

export const orderStatus = oneOf(
  'pending',
  'open',
  'partially_filled',
  'filled',
  'cancelled',
  'expired',
  'rejected',
)
export type OrderStatus = Infer<typeof orderStatus>

/** Why an order left the book before it was filled. */
export const orderEnd = oneOf(
  'BY_OWNER',
  'IOC_REMAINDER',
  'FOK_UNFILLED',
  'NO_SINGLE_NODE',
  'AON_UNFILLED',
  'EXPIRED',
  'SELF_TRADE',
  'FILL_LIMIT',
  'NODE_LOST',
  'NODE_MAINTENANCE',
  'GRADE_CHANGED',
  'OFFER_CHANGED',
  'OFFER_WITHDRAWN',
  'CAPACITY_GONE',
  'INSTRUMENT_DELISTED',
  'NO_LIQUIDITY',
  'CANCEL_AFTER',
)
export type OrderEnd = Infer<typeof orderEnd>

export const leaseStatus = oneOf(
  'matched',
  'starting',
  'delivering',
  'suspended',
  'reclaiming',
  'closed',
)
export type LeaseStatus = Infer<typeof leaseStatus>

/** Why a lease closed. Each reason has one fault, see `leaseFault`. */
export const leaseEnd = oneOf(
  'BUYER_CLOSED',
  'WORKLOAD_DONE',
  'DURATION_REACHED',
  'FUNDS_EXHAUSTED',
  'BUDGET_EXHAUSTED',
  'FUNDING_UNCONFIRMED',
  'COMMITMENT_REACHED',
  'START_TIMEOUT',
  'START_FAILED',
  'BUYER_IMAGE',
  'RECLAIMED',
  'PROVIDER_SHUTDOWN',
  'NODE_LOST',
  'EXCHANGE_ENDED',
)
export type LeaseEnd = Infer<typeof leaseEnd>

export const faultParty = oneOf('none', 'buyer', 'provider', 'exchange')
export type FaultParty = Infer<typeof faultParty>

export const workloadStatus = oneOf(
  'queued',
  'provisioning',
  'running',
  'terminating',
  'done',
  'failed',
  'terminated',
)
export type WorkloadStatus = Infer<typeof workloadStatus>

/** Why a workload is not running any more (or never ran). */
export const workloadEnd = oneOf(
  'EXITED',
  'STOPPED_BY_BUYER',
  'LEASE_CLOSED',
  'FUNDING_UNCONFIRMED',
  'OUT_OF_MEMORY',
  'IMAGE_NOT_FOUND',
  'START_FAILED',
  'NODE_RESTARTED',
  'PROVIDER_SHUTDOWN',
  'INPUT_UNAVAILABLE',
  'OUTPUT_TOO_LARGE',
  'DISK_FULL',
  'PROCESS_LIMIT',
  'IMAGE_DIGEST',
  'EVICTED',
  'TIME_LIMIT',
  'NODE_LOST',
)
export type WorkloadEnd = Infer<typeof workloadEnd>

/** What a tunnel reaches: a program of its own beside the workload, or a port of the workload. */
export const tunnelKind = oneOf('exec', 'port')
export type TunnelKind = Infer<typeof tunnelKind>

/** What some daemons can do for their leases, and others cannot. */
export const nodeAbility = oneOf('suspend')
export type NodeAbility = Infer<typeof nodeAbility>

export const budgetScope = oneOf('member', 'account', 'key')
export type BudgetScope = Infer<typeof budgetScope>

export const budgetPeriod = oneOf('total', 'day', 'month')
export type BudgetPeriod = Infer<typeof budgetPeriod>

/** Text in both languages; 96 bytes hold 32 Chinese characters. */
export const localText = struct({ en: text(96), zh: text(96) })
export type LocalText = Infer<typeof localText>

/** A bundle of physical resources: whole cores, MiB of memory, MiB of disk, accelerator cards. */
export const resources = struct({ cores: u32, memoryMib: u32, diskMib: u32, cards: u32 })
export type Resources = Infer<typeof resources>
export const RESOURCE_KINDS = ['cores', 'memoryMib', 'diskMib', 'cards'] as const
export type ResourceKind = (typeof RESOURCE_KINDS)[number]

/** The asset of an account's money. The sandbox uses CNY too and says on every screen that it is play money. */
export const asset = text(24)
export const CNY = 'CNY'

/** Letters, digits, dot, dash, underscore: a pseudonymous name, never a person's. */
export const handle = text(64)

const FAULTS: Record<LeaseEnd, FaultParty> = {
  BUYER_CLOSED: 'none',
  WORKLOAD_DONE: 'none',
  DURATION_REACHED: 'none',
  FUNDS_EXHAUSTED: 'buyer',
  BUDGET_EXHAUSTED: 'buyer',
  FUNDING_UNCONFIRMED: 'none',
  COMMITMENT_REACHED: 'none',
  START_TIMEOUT: 'provider',
  START_FAILED: 'provider',
  BUYER_IMAGE: 'buyer',
  RECLAIMED: 'provider',
  PROVIDER_SHUTDOWN: 'provider',
  NODE_LOST: 'provider',
  EXCHANGE_ENDED: 'exchange',
}
/** The party at fault for a lease end (rule DLV-025). */
export function leaseFault(end: LeaseEnd): FaultParty {
  return FAULTS[end]
}
