/** All read-model tables, and how far they have come. */
import { integer, table, word, type Row, type Table } from './columns.ts'
import { deliveryTables } from './tables/delivery.ts'
import { ledgerTables } from './tables/ledger.ts'
import { marketTables } from './tables/market.ts'
import { peopleTables } from './tables/people.ts'
import { proofTables } from './tables/proofs.ts'
import { slaTables } from './tables/sla.ts'

export const tables = {
  ...marketTables,
  ...deliveryTables,
  ...ledgerTables,
  ...peopleTables,
  ...slaTables,
  ...proofTables,
  /** One row: the last event record applied, and the hash of its bytes (is this the same history?). */
  progress: table('progress', ['only'], {
    only: integer,
    appliedSeq: integer,
    appliedTimeUs: integer,
    appliedHash: word(),
    /** number of ledger lines so far */
    ledgerLines: integer,
  }),
} as const

/** What kysely is told about the tables. */
export type Schema = {
  [K in keyof typeof tables]: (typeof tables)[K] extends Table ? Row<(typeof tables)[K]> : never
}
