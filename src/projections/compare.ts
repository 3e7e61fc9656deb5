/** Are the read models equal to the engine's own state? For `suan fsck`. */
import { sql, type Kysely } from 'kysely'
import type { LeaseView } from '../messages/index.ts'
import type { Schema } from './tables.ts'

/** What was moved; accepted seconds are not among it, for the engine's run with the clock. */
const BILL = ['billedMicro', 'buyerFeeMicro', 'sellerFeeMicro'] as const

/** The engine's own figures, all of them as of one seq. Balances debit positive; zeros may be absent. */
export interface Facts {
  readonly balances: readonly {
    readonly code: number
    readonly owner: number
    readonly asset: string
    readonly amountMicro: bigint
  }[]
  /** every lease that is not settled; settled ones while the engine remembers them */
  readonly leases: readonly Pick<LeaseView, 'lease' | (typeof BILL)[number]>[]
}

/** One figure that differs; null where that side has none. */
export interface Difference {
  readonly what: string
  readonly engine: string | null
  readonly readModel: string | null
}
const AT_MOST = 100

type Figures = ReadonlyMap<string, string>

/**
 * Every balance and every bill, both ways; and within the read models: the lines add up to the
 * balances, the balances of each asset to zero. Empty when all agree, at most 100 differences.
 */
export async function compareWith(
  db: Kysely<Schema>,
  facts: Facts,
): Promise<readonly Difference[]> {
  const balances = await db.selectFrom('balances').selectAll().execute()
  const lists = [
    differ(balanceFigures(facts.balances), balanceFigures(balances)),
    differ(billFigures(facts.leases), billFigures(await leases(db, facts.leases))),
    await sums(db),
  ]
  return lists.flat().slice(0, AT_MOST)
}

function differ(engine: Figures, readModel: Figures): Difference[] {
  return [...new Set([...engine.keys(), ...readModel.keys()])]
    .filter((what) => engine.get(what) !== readModel.get(what))
    .map((what) => ({
      what,
      engine: engine.get(what) ?? null,
      readModel: readModel.get(what) ?? null,
    }))
}

function balanceFigures(balances: Facts['balances']): Figures {
  const some = balances.filter(({ amountMicro }) => amountMicro !== 0n)
  return new Map(
    some.map(({ code, owner, asset, amountMicro }) => [
      `balance ${code}/${owner}/${asset}`,
      String(amountMicro),
    ]),
  )
}

function billFigures(rows: Facts['leases']): Figures {
  return new Map(
    rows.flatMap((row) =>
      BILL.map((field) => [`lease ${row.lease} ${field}`, String(row[field])] as const),
    ),
  )
}

/** Those the engine knows, and those that are not settled. */
function leases(db: Kysely<Schema>, known: Facts['leases']) {
  const ids = known.map(({ lease }) => String(lease))
  return db
    .selectFrom('leases')
    .select(['lease', ...BILL])
    .where(sql<boolean>`(settled_at_us is null or lease = any(${ids}::text[]::int8[]))`)
    .execute()
}

async function sums(db: Kysely<Schema>): Promise<Difference[]> {
  const { rows } = await sql<{ what: string; lines: bigint; balance: bigint }>`
    select 'lines of ' || code || '/' || owner || '/' || asset as what,
           coalesce(l.amount, 0) as lines, coalesce(b.amount_micro, 0) as balance
    from (select code, owner, asset, sum(amount_micro) as amount
          from ledger_lines group by code, owner, asset) l
    full join balances b using (code, owner, asset)
    where coalesce(l.amount, 0) <> coalesce(b.amount_micro, 0)
    union all
    select 'sum of ' || asset, 0, sum(amount_micro)
    from balances group by asset having sum(amount_micro) <> 0
    limit ${AT_MOST}`.execute(db)
  return rows.map(({ what, lines, balance }) => ({
    what,
    engine: String(lines),
    readModel: String(balance),
  }))
}
