/** Words of the exchange's closed lists, so that a new word without a text does not compile. */
import type {
  BudgetPeriod,
  BudgetScope,
  DecidedBy,
  FaultParty,
  InstrumentStatus,
  Isolation,
  LeaseEnd,
  LeaseStatus,
  NodeStatus,
  OrderEnd,
  OrderStatus,
  OrderType,
  Side,
  SkuUnit,
  TimeInForce,
  WorkloadEnd,
  WorkloadStatus,
} from '../../../messages/index.ts'
import { plural } from '../plural.ts'

type Words<K extends string> = Readonly<Record<K, string>>

const side: Words<Side> = { buy: 'Buy', sell: 'Sell' }
const orderType: Words<OrderType> = { limit: 'Limit', market_to_limit: 'Market to limit' }
const timeInForce: Words<TimeInForce> = {
  GTC: 'Good till cancelled (GTC)',
  IOC: 'Immediate or cancel (IOC)',
  FOK: 'Fill or kill (FOK)',
  GTD: 'Good till date (GTD)',
}
const orderStatus: Words<OrderStatus> = {
  pending: 'Pending',
  open: 'Open',
  partially_filled: 'Partly filled',
  filled: 'Filled',
  cancelled: 'Cancelled',
  expired: 'Expired',
  rejected: 'Rejected',
}
const orderEnd: Words<OrderEnd> = {
  BY_OWNER: 'cancelled by you',
  IOC_REMAINDER: 'the rest did not fill at once',
  FOK_UNFILLED: 'could not fill whole at once',
  NO_SINGLE_NODE: 'no single node is large enough',
  AON_UNFILLED: 'could not fill all or none',
  EXPIRED: 'its time is over',
  SELF_TRADE: 'would have traded with yourself',
  FILL_LIMIT: 'limit of fills reached',
  NODE_LOST: 'node lost',
  NODE_MAINTENANCE: 'node in maintenance',
  GRADE_CHANGED: 'the node’s grade changed',
  OFFER_CHANGED: 'the offer changed',
  OFFER_WITHDRAWN: 'the offer was withdrawn',
  CAPACITY_GONE: 'the capacity is gone',
  INSTRUMENT_DELISTED: 'instrument delisted',
  NO_LIQUIDITY: 'nothing to trade with',
  CANCEL_AFTER: 'cancel-after was not set again in time',
}
const instrumentStatus: Words<InstrumentStatus> = {
  listed: 'Trading',
  halted: 'Halted',
  delisted: 'Delisted',
}
const isolation: Words<Isolation> = {
  none: 'None',
  namespaces: 'Linux namespaces',
  container: 'Container',
  gvisor: 'gVisor',
  node: 'Whole machine',
  confidential: 'Confidential VM',
}
const nodeStatus: Words<NodeStatus> = {
  registered: 'Registered',
  online: 'Online',
  draining: 'Draining',
  maintenance: 'Maintenance',
  lost: 'Lost',
}
const leaseStatus: Words<LeaseStatus> = {
  matched: 'Matched',
  starting: 'Starting',
  delivering: 'Delivering',
  suspended: 'Suspended',
  reclaiming: 'Being reclaimed',
  closed: 'Closed',
}
const decidedBy: Words<DecidedBy> = {
  sources: 'an independent third source',
  operator: 'two persons of the operator',
  deadline: 'the deadline',
}
const leaseEnd: Words<LeaseEnd> = {
  BUYER_CLOSED: 'closed by the buyer',
  WORKLOAD_DONE: 'the workload is done',
  DURATION_REACHED: 'duration reached',
  FUNDS_EXHAUSTED: 'funds exhausted',
  BUDGET_EXHAUSTED: 'budget exhausted',
  FUNDING_UNCONFIRMED: 'funding could not be confirmed',
  COMMITMENT_REACHED: 'the node was promised elsewhere',
  START_TIMEOUT: 'did not start in time',
  START_FAILED: 'could not be started',
  BUYER_IMAGE: 'the buyer’s image failed',
  RECLAIMED: 'reclaimed by the provider',
  PROVIDER_SHUTDOWN: 'the provider shut down',
  NODE_LOST: 'node lost',
  EXCHANGE_ENDED: 'ended by the exchange',
}
const fault: Words<FaultParty> = {
  none: 'nobody',
  buyer: 'buyer',
  provider: 'provider',
  exchange: 'exchange',
}
const workloadStatus: Words<WorkloadStatus> = {
  queued: 'Queued',
  provisioning: 'Preparing',
  running: 'Running',
  terminating: 'Stopping',
  done: 'Done',
  failed: 'Failed',
  terminated: 'Stopped',
}
const workloadEnd: Words<WorkloadEnd> = {
  EXITED: 'the program ended',
  STOPPED_BY_BUYER: 'stopped by you',
  LEASE_CLOSED: 'the lease closed',
  FUNDING_UNCONFIRMED: 'funding could not be confirmed',
  OUT_OF_MEMORY: 'out of memory',
  IMAGE_NOT_FOUND: 'image not found',
  START_FAILED: 'could not be started',
  NODE_RESTARTED: 'the node restarted',
  PROVIDER_SHUTDOWN: 'the provider shut down',
  INPUT_UNAVAILABLE: 'an input could not be fetched',
  OUTPUT_TOO_LARGE: 'the output is too large',
  DISK_FULL: 'disk full',
  PROCESS_LIMIT: 'too many processes',
  IMAGE_DIGEST: 'another image than its digest names',
  EVICTED: 'evicted by the engine',
  TIME_LIMIT: 'time limit of the engine',
  NODE_LOST: 'the machine was lost',
}
const budgetScope: Words<BudgetScope> = { member: 'Member', account: 'Account', key: 'Key' }
const budgetPeriod: Words<BudgetPeriod> = { total: 'In all', day: 'Each day', month: 'Each month' }
const unitName: Words<SkuUnit> = {
  core: 'core',
  card: 'card',
  node: 'node',
  tb: 'TB',
  gbps: 'Gb/s',
  render: 'render unit',
}
/** What a price is for. */
const perUnitHour: Words<SkuUnit> = {
  core: '¥/core-hour',
  card: '¥/card-hour',
  node: '¥/node-hour',
  tb: '¥/TB-hour',
  gbps: '¥/Gb/s-hour',
  render: '¥/render-unit-hour',
}

export const words = {
  side,
  orderType,
  timeInForce,
  orderStatus,
  orderEnd,
  instrumentStatus,
  isolation,
  nodeStatus,
  leaseStatus,
  decidedBy,
  leaseEnd,
  fault,
  workloadStatus,
  workloadEnd,
  budgetScope,
  budgetPeriod,
  unitName,
  perUnitHour,
  units: (count: number, unit: SkuUnit) =>
    unit === 'tb' || unit === 'gbps' ? `${count} ${unitName[unit]}` : plural(count, unitName[unit]),
  grade: (grade: string) => `Grade ${grade}`,
}
