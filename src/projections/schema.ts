/** The SQL of the read models; the same text on PGlite and PostgreSQL. */
import { sha256Hex, utf8Encode } from '../kernel/index.ts'
import { createTable } from './columns.ts'
import { tables } from './tables.ts'

const indexes = [
  'create index orders_account on orders (account, "order")',
  'create index orders_label on orders (account, client_order_id) where client_order_id is not null',
  'create index trades_instrument on trades (instrument, trade)',
  'create index trades_time on trades (instrument, time_us)',
  'create index fills_account on fills (account, trade)',
  'create index fills_order on fills ("order")',
  'create index leases_buyer on leases (buy_account, lease)',
  'create index leases_seller on leases (sell_account, lease)',
  'create index leases_order on leases ("order")',
  'create index allocations_account on allocations (account, allocation)',
  'create index allocations_order on allocations ("order")',
  'create index workloads_account on workloads (account, workload)',
  'create index workloads_allocation on workloads (allocation)',
  'create index ledger_lines_account on ledger_lines (account, line)',
  'create index withdrawals_account on withdrawals (account, withdrawal)',
  'create index sites_account on sites (account)',
  'create index nodes_account on nodes (account)',
]

const statements = [...Object.values(tables).map(createTable), ...indexes]

/**
 * Read models with another digest are thrown away and built again, so nothing is ever migrated.
 * `REDUCERS` must be raised when the meaning of a column changes and the SQL does not.
 */
const REDUCERS = 1
export const SCHEMA_DIGEST = sha256Hex(utf8Encode([REDUCERS, ...statements].join('\n')))

/** Every statement that makes the read models in an empty schema, in order; the last one signs it. */
export const SCHEMA: readonly string[] = [
  ...statements,
  `comment on table progress is '${SCHEMA_DIGEST}'`,
]
