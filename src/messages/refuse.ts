/** Makes refusals, and words them for people. */
import { CODES, type Code, type CodeText } from './codes.ts'
import type { Refusal } from './event.ts'
import { wordFact } from './fact-words.ts'

/** A refusal with facts in the order given; numbers become decimal digits. */
export function refuse(
  code: Code,
  facts: Readonly<Record<string, string | number | bigint>> = {},
): Refusal {
  return {
    code,
    facts: Object.entries(facts).map(([name, value]) => ({
      name,
      value: String(value).slice(0, 80),
    })),
  }
}

/** The table entry of a code, known or not (an old client may meet a new code). */
export function codeText(code: string): CodeText | null {
  return (CODES as Record<string, CodeText>)[code] ?? null
}

/** The refusal in words of the language, facts filled in. */
export function wordRefusal(refused: Refusal, language: 'en' | 'zh'): string {
  const known = codeText(refused.code)
  if (known === null) return refused.code
  const facts = new Map(refused.facts.map(({ name, value }) => [name, wordFact(value, language)]))
  return known[language].replace(/\{(\w+)\}/g, (slot, name: string) => facts.get(name) ?? slot)
}
