/** Times and durations for people, in the browser's own zone. */
import type { Language } from '../state/settings.ts'
import { localeOf } from './number.ts'

const cache = new Map<string, Intl.DateTimeFormat>()

function dateFormat(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options)
  const known = cache.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(localeOf(language), { hourCycle: 'h23', ...options })
  cache.set(key, made)
  return made
}

/** `22 Nov 2026, 11:20:54`: date and time to the second. */
export function formatMoment(rfc3339: string, language: Language): string {
  return dateFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(
    Date.parse(rfc3339),
  )
}

/** `11:20:54`. */
export function formatClock(rfc3339: string, language: Language): string {
  return dateFormat(language, { timeStyle: 'medium' }).format(Date.parse(rfc3339))
}

const UNITS = [
  [86_400, { en: 'd', zh: '天' }],
  [3_600, { en: 'h', zh: '小时' }],
  [60, { en: 'min', zh: '分' }],
  [1, { en: 's', zh: '秒' }],
] as const

/** Whole seconds as at most two units: `1 h 5 min`, `1 小时 5 分`. */
export function formatDuration(seconds: number, language: Language): string {
  let rest = Math.max(0, Math.floor(seconds))
  const parts: string[] = []
  for (const [size, name] of UNITS) {
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count} ${name[language]}`)
    rest -= count * size
  }
  return parts.length === 0 ? `0 ${UNITS[3][1][language]}` : parts.slice(0, 2).join(' ')
}

/** Seconds as a running clock: `1:05:09`. */
export function formatRunning(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3_600)
  return `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

const DURATION = /^\s*(\d+)\s*(s|sec|m|min|h|d|秒|分钟?|小?时|天)?\s*$/i
const SIZES: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  秒: 1,
  分: 60,
  小: 3_600,
  时: 3_600,
  天: 86_400,
}

/** The seconds of `90`, `90s`, `5 min`, `2h`, `1d`, `5分钟`, `2小时`; null for any other text. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text)
  if (match === null) return null
  const size = SIZES[(match[2] ?? 's').charAt(0).toLowerCase()] ?? 1
  const seconds = Number(match[1]) * size
  return seconds > 0 && seconds <= 0xffff_ffff ? seconds : null
}
