/** Are the read models equal to the engine's own state? For `suan fsck`. */
import { sql, type Kysely } from 'kysely'
import type { Schema } from './tables.ts'

/** The engine's own figures at one seq; balances debit positive, zero ones may be left out. */
export interface Facts {
  readonly balances: readonly {
    readonly code: number
    readonly owner: number
    readonly asset: string
    readonly amountMicro: bigint
  }[]
  /** the leases that the engine still remembers */
  readonly leases: readonly {
    readonly lease: number
    readonly acceptedSeconds: number
    readonly billedMicro: bigint
    readonly buyerFeeMicro: bigint
    readonly sellerFeeMicro: bigint
  }[]
}

/** One figure that differs; null where that side has none. */
export interface Difference {
  readonly what: string
  readonly engine: string | null
  readonly readModel: string | null
}
const AT_MOST = 100

/**
 * Every balance both ways, every lease of the facts, and two sums within the read models: lines
 * against balances, and each asset against zero. Empty when all agree; at most 100 differences.
 */
export async function compareWith(
  db: Kysely<Schema>,
  facts: Facts,
): Promise<readonly Difference[]> {
  const differences = [
    ...balances(facts, await db.selectFrom('balances').selectAll().execute()),
    ...(await leases(db, facts)),
    ...(await sums(db)),
  ]
  return differences.slice(0, AT_MOST)
}

function balances(facts: Facts, rows: readonly Schema['balances'][]): Difference[] {
  const name = (of: { code: number; owner: number; asset: string }) =>
    `balance ${of.code}/${of.owner}/${of.asset}`
  const ours = new Map(facts.balances.map((fact) => [name(fact), fact.amountMicro]))
  const theirs = new Map(rows.map((row) => [name(row), row.amountMicro]))
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((what) =>
    differ(what, ours.get(what) ?? 0n, theirs.get(what) ?? 0n),
  )
}

async function leases(db: Kysely<Schema>, facts: Facts): Promise<Difference[]> {
  const ids = facts.leases.map(({ lease }) => String(lease))
  const rows = await db
    .selectFrom('leases')
    .select(['lease', 'acceptedSeconds', 'billedMicro', 'buyerFeeMicro', 'sellerFeeMicro'])
    .where(sql<boolean>`lease = any(${ids}::text[]::int8[])`)
    .execute()
  const known = new Map(rows.map((row) => [row.lease, row]))
  return facts.leases.flatMap((fact) => {
    const row = known.get(fact.lease)
    return (['acceptedSeconds', 'billedMicro', 'buyerFeeMicro', 'sellerFeeMicro'] as const).flatMap(
      (field) => differ(`lease ${fact.lease} ${field}`, fact[field], row?.[field] ?? null),
    )
  })
}

/** The lines add up to the balances, and the balances of each asset to zero. */
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
  return rows.flatMap(({ what, lines, balance }) => differ(what, lines, balance))
}

function differ(
  what: string,
  engine: bigint | number,
  readModel: bigint | number | null,
): Difference[] {
  if (engine === readModel) return []
  return [
    { what, engine: String(engine), readModel: readModel === null ? null : String(readModel) },
  ]
}
