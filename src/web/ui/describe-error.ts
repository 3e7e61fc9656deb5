import { SuanError } from '../../client/index.ts'
import { codeText, wordRefusal } from '../../messages/index.ts'
import { en } from '../i18n/en.ts'
import { zh } from '../i18n/zh.ts'
import type { Language } from '../state/settings.ts'

export interface Described {
  readonly text: string
  readonly code: string
  /** faulty fields of a request that could not be read */
  readonly fields: readonly string[]
}

/** An error in words of the language: codes of the exchange by their own texts, facts filled in. */
export function describeError(error: unknown, language: Language): Described {
  const t = language === 'zh' ? zh : en
  if (!(error instanceof SuanError)) {
    return { text: t.errors.unexpected, code: error instanceof Error ? error.name : '', fields: [] }
  }
  const { code, facts } = error
  const fields = (error.problem?.errors ?? []).map((each) => `${each.field}: ${each.message}`)
  if (code === 'UNREACHABLE') return { text: t.errors.unreachable, code, fields }
  if (code === 'UNREADABLE') return { text: t.errors.unreadable, code, fields }
  if (codeText(code) === null) return { text: error.message, code, fields }
  const list = Object.entries(facts).map(([name, value]) => ({ name, value }))
  return { text: wordRefusal({ code, facts: list }, language), code, fields }
}
