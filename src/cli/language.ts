export type Language = 'en' | 'zh'

/**
 * `--lang`, else SUAN_LANG, else the first of LC_ALL, LC_MESSAGES and LANG that is set. Read before
 * the options are parsed, since help and complaints about them are in that language too.
 */
export function languageOf(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return /^zh/i.test(asked(argv) ?? env['SUAN_LANG'] ?? locale) ? 'zh' : 'en'
}

function asked(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : argv.slice(0, end)
  const at = own.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='))
  if (at < 0) return undefined
  return own[at]?.startsWith('--lang=') ? own[at].slice(7) : own[at + 1]
}
