/** Are the read models equal to the engine's own state? For `suan fsck`. */
import { sql, type Kysely } from 'kysely'
import { CHART, type BalanceView, type LeaseView, type OrderView } from '../messages/index.ts'
import type { Schema } from './tables.ts'

const MONEY = ['available', 'held', 'escrowed', 'earned', 'withdrawing'] as const
const ORDER = [
  'status',
  'units',
  'filledUnits',
  'remainingUnits',
  'filledTickUnits',
  'instrument',
] as const
/** Not the accepted seconds: the engine's run with the clock, ours are those of the last bill. */
const LEASE = [
  'status',
  'end',
  'fault',
  'units',
  'readyAtUs',
  'closedAtUs',
  'settledAtUs',
  'fundedSeconds',
  'billedMicro',
  'buyerFeeMicro',
  'sellerFeeMicro',
] as const

/** The engine's own state, all of it as of one seq (see engine-facts.ts). */
export interface Facts {
  /** every account, with its money */
  readonly accounts: readonly {
    readonly account: number
    readonly balances: readonly BalanceView[]
  }[]
  /** every open order */
  readonly orders: readonly Pick<OrderView, 'order' | (typeof ORDER)[number]>[]
  /** every lease that is not settled; settled ones while the engine remembers them */
  readonly leases: readonly Pick<LeaseView, 'lease' | (typeof LEASE)[number]>[]
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
 * Money of every account, open orders and leases, both ways; and within the read models: the lines
 * add up to the balances, the balances of each asset to zero. Empty when all agree, at most 100 lines.
 */
export async function compareWith(
  db: Kysely<Schema>,
  facts: Facts,
): Promise<readonly Difference[]> {
  const lists = [
    differ(moneyOf(facts), await money(db)),
    differ(figures('order', facts.orders, ORDER), figures('order', await orders(db), ORDER)),
    differ(
      figures('lease', facts.leases, LEASE),
      figures('lease', await leases(db, facts.leases), LEASE),
    ),
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

/** Every field of every row as a figure: `order 7 status` is `open`. */
function figures<I extends string, F extends string>(
  id: I,
  rows: readonly Readonly<Record<I | F, string | number | bigint | null>>[],
  fields: readonly F[],
): Figures {
  return new Map(
    rows.flatMap((row) =>
      fields.map((field) => [`${id} ${row[id]} ${field}`, String(row[field])] as const),
    ),
  )
}

function moneyOf(facts: Facts): Figures {
  return new Map(
    facts.accounts.flatMap(({ account, balances }) =>
      balances.flatMap((balance) =>
        MONEY.map((part) => [part, balance[`${part}Micro`]] as const)
          .filter(([, amount]) => amount !== 0n)
          .map(([part, amount]) => [`account ${account} ${balance.asset} ${part}`, String(amount)]),
      ),
    ),
  )
}

async function money(db: Kysely<Schema>): Promise<Figures> {
  const { rows } = await sql<{ what: string; amount: bigint }>`
    with parts (account, asset, part, amount) as (
      select b.owner, b.asset,
             case b.code when ${CHART.AVAILABLE}::int8 then 'available' when ${CHART.HOLD}::int8 then 'held'
                         when ${CHART.EARNED}::int8 then 'earned' else 'withdrawing' end,
             -b.amount_micro
      from balances b
      where b.code in (${CHART.AVAILABLE}, ${CHART.HOLD}, ${CHART.EARNED}, ${CHART.WITHDRAWAL})
      union all
      select l.buy_account, b.asset, 'escrowed', -b.amount_micro
      from balances b left join leases l on l.lease = b.owner
      where b.code in (${CHART.LEASE_ESCROW}, ${CHART.FEE_ESCROW})
    )
    select 'account ' || coalesce(account::text, '?') || ' ' || asset || ' ' || part as what,
           sum(amount) as amount
    from parts group by account, asset, part having sum(amount) <> 0`.execute(db)
  return new Map(rows.map(({ what, amount }) => [what, String(amount)]))
}

function orders(db: Kysely<Schema>) {
  return db
    .selectFrom('orders')
    .select(['order', ...ORDER])
    .where('status', 'in', ['pending', 'open', 'partially_filled'])
    .execute()
}

/** Those the engine knows, and those that are not settled. */
function leases(db: Kysely<Schema>, known: Facts['leases']) {
  const ids = known.map(({ lease }) => String(lease))
  return db
    .selectFrom('leases')
    .select(['lease', ...LEASE])
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
