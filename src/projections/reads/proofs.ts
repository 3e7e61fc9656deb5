/** Questions about proof of hardware. */
import type { Kysely } from 'kysely'
import type { ReadModels } from '../../messages/index.ts'
import type { Schema } from '../tables.ts'
import { after, below } from './page.ts'

type Db = Kysely<Schema>
type Args<K extends keyof ReadModels> = Parameters<ReadModels[K]>[0]

export function challenges(db: Db, args: Args<'challenges'>) {
  return db
    .selectFrom('challenges')
    .selectAll()
    .where('node', '=', args.node)
    .where('challenge', '<', below(args))
    .where('seq', '>', after(args))
    .orderBy('challenge', 'desc')
    .limit(args.limit)
    .execute()
}

export async function challenge(db: Db, args: Args<'challenge'>) {
  const row = await db
    .selectFrom('challenges')
    .selectAll()
    .where('challenge', '=', args.challenge)
    .executeTakeFirst()
  return row ?? null
}
