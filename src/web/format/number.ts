/** Decimal texts of the API for people: every digit is kept, none goes through a float. */
import type { Language } from '../state/settings.ts'

type Digits = `${number}`
const LOCALE = { en: 'en', zh: 'zh-CN' } as const
const cache = new Map<string, Intl.NumberFormat>()

/** The locale of Intl for a language. */
export function localeOf(language: Language): string {
  return LOCALE[language]
}

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options)
  const known = cache.get(key)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat(localeOf(language), options)
  cache.set(key, made)
  return made
}

export interface Places {
  readonly min?: number
  readonly max?: number
}

/** `¥1,234.56`; 2 to 6 digits after the point unless told. `text` is plain decimal digits. */
export function formatMoney(
  text: string,
  currency: string,
  language: Language,
  { min = 2, max = Math.max(6, min) }: Places = {},
): string {
  return numberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: min,
    maximumFractionDigits: max,
  }).format(text as Digits)
}

/** Grouped digits of a decimal text or an integer. */
export function formatNumber(
  value: string | number | bigint,
  language: Language,
  { min = 0, max = Math.max(6, min) }: Places = {},
): string {
  const format = numberFormat(language, { minimumFractionDigits: min, maximumFractionDigits: max })
  return format.format(typeof value === 'string' ? (value as Digits) : value)
}

/** Parts per million as a percentage: 500 is `0.05%`. */
export function formatPpm(ppm: number, language: Language): string {
  return numberFormat(language, { style: 'percent', maximumFractionDigits: 4 }).format(ppm / 1e6)
}

/** A share between 0 and 1 as a percentage with one digit. */
export function formatShare(share: number, language: Language): string {
  return numberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share)
}

/** Mebibytes as GiB when they are a whole number of quarters or 10 GiB and more, else as MiB. */
export function formatMemory(mib: number, language: Language): string {
  const inGib = mib >= 10_240 || (mib >= 1024 && mib % 256 === 0)
  return inGib
    ? `${formatNumber(String(mib / 1024), language, { max: 2 })} GiB`
    : `${formatNumber(mib, language)} MiB`
}

/** Digits after the point of a decimal text: the price column of an instrument has its tick's. */
export function placesOf(text: string): number {
  const point = text.indexOf('.')
  return point < 0 ? 0 : text.length - point - 1
}
