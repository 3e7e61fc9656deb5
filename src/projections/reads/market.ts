/** Questions about orders, trades, fills and charts. Lists are newest first. */
import { sql, type Kysely } from 'kysely'
import type { CandleRow, FillRow, ReadModels, Side, SummaryRow } from '../../messages/index.ts'
import type { Schema } from '../tables.ts'
import { after, below, given } from './page.ts'

type Db = Kysely<Schema>
type Args<K extends keyof ReadModels> = Parameters<ReadModels[K]>[0]
const MINUTE_US = 60_000_000

export function orderHistory(db: Db, args: Args<'orderHistory'>) {
  const { account, instrument, open } = args
  const live = ['pending', 'open', 'partially_filled'] as const
  return db
    .selectFrom('orders')
    .selectAll()
    .where((eb) => eb.and({ account, ...given({ instrument }) }))
    .$if(open !== null, (query) => query.where('status', open === true ? 'in' : 'not in', live))
    .where('order', '<', below(args))
    .where('seq', '>', after(args))
    .orderBy('order', 'desc')
    .limit(args.limit)
    .execute()
}

export async function order(db: Db, args: Args<'order'>) {
  const query = db.selectFrom('orders').selectAll().where('order', '=', args.order)
  return (await query.executeTakeFirst()) ?? null
}

export function trades(db: Db, args: Args<'trades'>) {
  return db
    .selectFrom('trades')
    .select(['trade', 'seq', 'instrument', 'priceTicks', 'units', 'takerSide', 'timeUs'])
    .where('instrument', '=', args.instrument)
    .where('trade', '<', below(args))
    .where('seq', '>', after(args))
    .orderBy('trade', 'desc')
    .limit(args.limit)
    .execute()
}

/** Both sides of the trades as their accounts see them; each side's page comes out of its own index. */
export async function fills(db: Db, args: Args<'fills'>): Promise<readonly FillRow[]> {
  const side = (of: Side) =>
    db
      .selectFrom('trades')
      .select(['trade', 'seq', 'timeUs', 'instrument', 'units', 'priceTicks', 'node', 'lease'])
      .select([`${of}Account as account`, `${of}Order as order`, sql.lit(of).as('side')])
      .select((eb) => eb('takerSide', '<>', of).as('maker'))
      .where((eb) => eb.and({ [`${of}Account`]: args.account }))
      .where((eb) => eb.and(given({ instrument: args.instrument, [`${of}Order`]: args.order })))
      .where('trade', '<', below(args))
      .where('seq', '>', after(args))
      .orderBy('trade', 'desc')
      .limit(args.limit)
  const both = db.selectFrom(side('buy').as('b')).selectAll()
  return (await both
    .unionAll(db.selectFrom(side('sell').as('s')).selectAll())
    .orderBy('trade', 'desc')
    .orderBy('side', 'desc')
    .limit(args.limit)
    .execute()) as readonly FillRow[]
}

/** The newest `limit` bars of the range, oldest first. */
export async function candles(db: Db, args: Args<'candles'>): Promise<readonly CandleRow[]> {
  const { instrument, intervalSeconds } = args
  const rows = await db
    .selectFrom('candles')
    .select(['openUs', 'openTicks', 'highTicks', 'lowTicks', 'closeTicks', 'units', 'trades'])
    .where((eb) => eb.and({ instrument, intervalSeconds }))
    .where('openUs', '>=', args.fromUs)
    .where('openUs', '<', args.untilUs)
    .orderBy('openUs', 'desc')
    .limit(args.limit)
    .execute()
  return rows.toReversed()
}

/** Trades of the first, partial minute, then minute bars: exact, and quick over any span. */
export async function summary(db: Db, args: Args<'summary'>): Promise<SummaryRow> {
  const { instrument, sinceUs } = args
  const minuteUs = Math.ceil(sinceUs / MINUTE_US) * MINUTE_US
  const { rows } = await sql<SummaryRow>`
    with parts as (
      select trade as position, price_ticks as open_ticks, price_ticks as high_ticks,
             price_ticks as low_ticks, price_ticks as close_ticks, units,
             price_ticks * units as tick_units, time_us as at_us
      from trades
      where instrument = ${instrument} and time_us >= ${sinceUs} and time_us < ${minuteUs}
      union all
      select 0, open_ticks, high_ticks, low_ticks, close_ticks, units, tick_units, open_us
      from candles
      where instrument = ${instrument} and interval_seconds = 60 and open_us >= ${minuteUs}
    )
    select (array_agg(open_ticks order by at_us, position))[1] as open_ticks,
           max(high_ticks) as high_ticks,
           min(low_ticks) as low_ticks,
           (array_agg(close_ticks order by at_us desc, position desc))[1] as last_ticks,
           coalesce(sum(units), 0)::int8 as units,
           coalesce(sum(tick_units), 0)::numeric(38,0) as tick_units
    from parts`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('an aggregate gives one row')
  return row
}
