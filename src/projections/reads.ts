/** Every question of the ReadModels port, by name. */
import type { Kysely } from 'kysely'
import type { ReadModels } from '../messages/index.ts'
import { assessment, assessments, earnings, ledgerLines, sites, usage } from './reads/accounts.ts'
import { candles, fills, order, orderHistory, summary, trades } from './reads/market.ts'
import { challenge, challenges } from './reads/proofs.ts'
import { breaches, slaCredits } from './reads/sla.ts'
import type { Schema } from './tables.ts'

type Upkeep = 'appliedSeq' | 'appliedTimeUs' | 'waitFor' | 'rebuilding' | 'rebuild' | 'rebuildState'
export type Reads = Omit<ReadModels, Upkeep>
export type ReadName = keyof Reads

type Implementations = {
  readonly [N in ReadName]: (
    db: Kysely<Schema>,
    args: Parameters<Reads[N]>[0],
  ) => ReturnType<Reads[N]>
}

export const reads: Implementations = {
  orderHistory,
  order,
  trades,
  fills,
  candles,
  summary,
  ledgerLines,
  usage,
  earnings,
  sites,
  breaches,
  slaCredits,
  assessments,
  assessment,
  challenges,
  challenge,
}
