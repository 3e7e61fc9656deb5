/** Every text of the page in English: the source that other languages follow. */
import { catalogue } from './en/catalogue.ts'
import { disputes } from './en/disputes.ts'
import { errors } from './en/errors.ts'
import { evaluation } from './en/evaluation.ts'
import { market } from './en/market.ts'
import { monitor, wall } from './en/monitor.ts'
import { orders } from './en/orders.ts'
import { proofs } from './en/proofs.ts'
import { provider } from './en/provider.ts'
import { published } from './en/published.ts'
import { rent } from './en/rent.ts'
import { shell } from './en/shell.ts'
import { shortcuts } from './en/shortcuts.ts'
import { wallet } from './en/wallet.ts'
import { words } from './en/words.ts'
import { workloads } from './en/workloads.ts'

export const en = {
  catalogue,
  disputes,
  errors,
  evaluation,
  market,
  monitor,
  orders,
  proofs,
  provider,
  published,
  rent,
  shell,
  shortcuts,
  wall,
  wallet,
  words,
  workloads,
}

/** The same keys with texts, or with functions of the same arguments, of any language. */
export type Translated<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Translated<T[K]>
}
export type Texts = Translated<typeof en>
