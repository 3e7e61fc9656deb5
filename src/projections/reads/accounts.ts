/** Questions about an account's money, leases, sites and reports. Lists are newest first. */
import type { Kysely } from 'kysely'
import type { PageArgs, ReadModels } from '../../messages/index.ts'
import type { Schema } from '../tables.ts'
import { after, below, given } from './page.ts'

type Db = Kysely<Schema>
type Args<K extends keyof ReadModels> = Parameters<ReadModels[K]>[0]

export function ledgerLines(db: Db, args: Args<'ledgerLines'>) {
  const { account, asset } = args
  return db
    .selectFrom('ledgerLines')
    .select(['line', 'seq', 'timeUs', 'rule', 'subject', 'code', 'owner', 'asset', 'amountMicro'])
    .where((eb) => eb.and({ account, ...given({ asset }) }))
    .where('line', '<', below(args))
    .where('seq', '>', after(args))
    .orderBy('line', 'desc')
    .limit(args.limit)
    .execute()
}

export function usage(db: Db, args: Args<'usage'>) {
  const { account: buyAccount, allocation } = args
  return leases(db, args)
    .where((eb) => eb.and({ buyAccount, ...given({ allocation }) }))
    .execute()
}

export function earnings(db: Db, args: Args<'earnings'>) {
  const { account: sellAccount, node } = args
  return leases(db, args)
    .where((eb) => eb.and({ sellAccount, ...given({ node }) }))
    .execute()
}

export function sites(db: Db, args: Args<'sites'>) {
  return db
    .selectFrom('sites')
    .selectAll()
    .where('account', '=', args.account)
    .orderBy('site', 'desc')
    .execute()
}

export function assessments(db: Db, args: Args<'assessments'>) {
  return db
    .selectFrom('assessments')
    .selectAll()
    .where('node', '=', args.node)
    .where('seq', '<', below(args))
    .where('seq', '>', after(args))
    .orderBy('seq', 'desc')
    .limit(args.limit)
    .execute()
}

export async function assessment(db: Db, { digest }: Args<'assessment'>) {
  const row = await db
    .selectFrom('assessments')
    .selectAll()
    .where('reportDigest', '=', digest)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

function leases(db: Db, args: PageArgs) {
  return db
    .selectFrom('leases')
    .select(['lease', 'allocation', 'order', 'instrument', 'node', 'buyAccount', 'sellAccount'])
    .select(['status', 'end', 'fault', 'units', 'priceMicroPerHour', 'openedAtUs', 'readyAtUs'])
    .select(['closedAtUs', 'settledAtUs', 'acceptedSeconds', 'billedMicro', 'buyerFeeMicro'])
    .select(['sellerFeeMicro', 'cpuUs', 'memoryPeakMib'])
    .where('lease', '<', below(args))
    .where('seq', '>', after(args))
    .orderBy('lease', 'desc')
    .limit(args.limit)
}
