/** Everything the command line says, in English and Simplified Chinese. */
import * as account from './texts/account.ts'
import * as catalogue from './texts/catalogue.ts'
import * as columns from './texts/columns.ts'
import * as disputes from './texts/disputes.ts'
import * as evaluate from './texts/evaluate.ts'
import * as help from './texts/help.ts'
import * as messages from './texts/messages.ts'
import * as monitor from './texts/monitor.ts'
import * as proofs from './texts/proofs.ts'
import * as published from './texts/published.ts'
import * as reach from './texts/reach.ts'
import * as run from './texts/run.ts'
import type { Language } from './language.ts'

const en = {
  ...help.en,
  ...columns.en,
  ...messages.en,
  ...run.en,
  ...reach.en,
  ...account.en,
  ...monitor.en,
  ...evaluate.en,
  ...catalogue.en,
  ...proofs.en,
  ...published.en,
  ...disputes.en,
}
const zh: Record<keyof typeof en, string> = {
  ...help.zh,
  ...columns.zh,
  ...messages.zh,
  ...run.zh,
  ...reach.zh,
  ...account.zh,
  ...monitor.zh,
  ...evaluate.zh,
  ...catalogue.zh,
  ...proofs.zh,
  ...published.zh,
  ...disputes.zh,
}
const TEXTS = { en, zh }

export type TextKey = keyof typeof en
/** The text of a key with the facts filled into its `{slots}`. */
export type Say = (key: TextKey, facts?: Readonly<Record<string, string | number>>) => string

export function sayIn(language: Language): Say {
  const texts = TEXTS[language]
  return (key, facts = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (slot, name: string) => String(facts[name] ?? slot))
}
