/** Every text of the page in Simplified Chinese. A missing one does not compile. */
import type { Texts } from './en.ts'
import { catalogue } from './zh/catalogue.ts'
import { disputes } from './zh/disputes.ts'
import { errors } from './zh/errors.ts'
import { evaluation } from './zh/evaluation.ts'
import { market } from './zh/market.ts'
import { monitor, wall } from './zh/monitor.ts'
import { orders } from './zh/orders.ts'
import { proofs } from './zh/proofs.ts'
import { provider } from './zh/provider.ts'
import { published } from './zh/published.ts'
import { rent } from './zh/rent.ts'
import { shell } from './zh/shell.ts'
import { shortcuts } from './zh/shortcuts.ts'
import { wallet } from './zh/wallet.ts'
import { words } from './zh/words.ts'
import { workloads } from './zh/workloads.ts'

export const zh: Texts = {
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
