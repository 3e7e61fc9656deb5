import { isTest, type Files } from './repository.ts'

/** What is to be known of a code, as CODES of `messages` says it. */
export interface CodeEntry {
  readonly rule: string
  readonly en: string
  readonly zh: string
}

/** Rule ids that the rulebook of a language defines: those that open a heading, item or row. */
export function ruleIds(files: Files, language: 'en' | 'zh'): Set<string> {
  const ids = new Set<string>()
  for (const [path, text] of files) {
    if (!path.startsWith('docs/rulebook/') || !path.endsWith('.md')) continue
    if (!new RegExp(`[/.]${language}[/.]`).test(path)) continue
    for (const match of text.matchAll(/^[\s#*|`>-]*([A-Z]{2,4}-\d{3})\b/gm)) ids.add(match[1] ?? '')
  }
  return ids
}

/** One line for every rule that only one of the two rulebooks has. */
export function ruleFaults(files: Files): string[] {
  const en = ruleIds(files, 'en')
  const zh = ruleIds(files, 'zh')
  return [
    ...[...en].filter((id) => !zh.has(id)).map((id) => `${id}: missing in the Chinese rulebook`),
    ...[...zh].filter((id) => !en.has(id)).map((id) => `${id}: missing in the English rulebook`),
  ]
}

/**
 * One line for every code with a text missing, unequal facts, or a rule that its chapter of the
 * rulebook lacks; a chapter that nobody has begun is not missed yet.
 */
export function codeFaults(
  codes: Readonly<Record<string, CodeEntry>>,
  rules: ReadonlySet<string>,
): string[] {
  const chapters = new Set([...rules].map(chapterOf))
  return Object.entries(codes).flatMap(([code, { en, zh, rule }]) => [
    ...(en.trim() === '' ? [`${code}: no English text`] : []),
    ...(/\p{Script=Han}/u.test(zh) ? [] : [`${code}: no Chinese text`]),
    ...(factsOf(en) === factsOf(zh) ? [] : [`${code}: the two texts name different facts`]),
    ...(rules.has(rule) || !chapters.has(chapterOf(rule))
      ? []
      : [`${code}: no rule ${rule} in the rulebook`]),
  ])
}

/** The names that no test mentions, sorted; tests of tidiness do not count. */
export function uncited(names: Iterable<string>, files: Files): string[] {
  const words = new Set<string>()
  for (const [path, text] of files) {
    if (!isTest(path) || path.startsWith('test/tidy/')) continue
    for (const match of text.matchAll(/\b[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*\b/g)) words.add(match[0])
  }
  return [...names].filter((name) => !words.has(name)).toSorted()
}

function chapterOf(rule: string): string {
  return rule.split('-')[0] ?? ''
}

function factsOf(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g))].toSorted().join(' ')
}
