/** The SQL of the read models; the same text on PGlite and PostgreSQL. */
import { sha256Hex, utf8Encode } from '../kernel/index.ts'
import { createTable } from './columns.ts'
import { tables } from './tables.ts'

/** Those that a question uses: each one costs about as much as the row itself. */
const indexes = [
  'create index orders_account on orders (account, "order")',
  'create index trades_instrument on trades (instrument, trade)',
  'create index trades_time on trades (instrument, time_us)',
  'create index trades_buyer on trades (buy_account, trade)',
  'create index trades_seller on trades (sell_account, trade)',
  'create index trades_bought on trades (buy_order)',
  'create index trades_sold on trades (sell_order)',
  'create index leases_buyer on leases (buy_account, lease)',
  'create index leases_seller on leases (sell_account, lease)',
  'create index ledger_lines_account on ledger_lines (account, line)',
  'create index assessments_digest on assessments (report_digest)',
  'create index challenges_node on challenges (node, challenge)',
  'create index sites_account on sites (account)',
]

const statements = [...Object.values(tables).map(createTable), ...indexes]

/**
 * Read models with another digest are thrown away and built again, so nothing is ever migrated.
 * `REDUCERS` must be raised when the meaning of a column changes and the SQL does not.
 */
const REDUCERS = 2
export const SCHEMA_DIGEST = sha256Hex(utf8Encode([REDUCERS, ...statements].join('\n')))

/** Every statement that makes the read models in an empty schema, in order; the last one signs it. */
export const SCHEMA: readonly string[] = [
  ...statements,
  `comment on table progress is '${SCHEMA_DIGEST}'`,
]
