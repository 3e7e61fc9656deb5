import { parseTime } from '../../kernel/index.ts'
import { parseDuration } from './duration.ts'

const DAYS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 }
const CLOCK = /^(\d{1,2})(?::(\d\d))?(?::(\d\d))?\s*(am|pm)?$/i
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/

/**
 * A moment as RFC 3339 in UTC: `now`, `+3h`, `-15m`, `tomorrow`, `tomorrow 9am`, `18:30`, a date and
 * time in the local zone, RFC 3339 with an offset, or epoch seconds. Null otherwise.
 */
export function parseWhen(text: string, nowMs: number): string | null {
  const ms = momentMs(text.trim(), nowMs)
  return ms === null ? null : new Date(ms).toISOString()
}

function momentMs(text: string, nowMs: number): number | null {
  if (text === 'now') return nowMs
  if (/^[+-]/.test(text)) {
    const seconds = parseDuration(text.slice(1))
    return seconds === null ? null : nowMs + (text.startsWith('-') ? -seconds : seconds) * 1_000
  }
  const local = LOCAL.exec(text)
  if (local !== null) return localMs(local.slice(1).map((part) => Number(part ?? 0)))
  if (/^\d{1,8}$/.test(text)) return null
  const timeUs = parseTime(text)
  if (timeUs !== null) return Math.floor(timeUs / 1_000)
  return dayMs(text, nowMs)
}

/** Month and day must exist: the date read back must be the date given. */
function localMs(parts: readonly number[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  const date = new Date(year, month - 1, day, hour, minute, second)
  const isSame = date.getMonth() === month - 1 && date.getDate() === day
  return isSame && hour < 24 && minute < 60 && second < 60 ? date.getTime() : null
}

function dayMs(text: string, nowMs: number): number | null {
  const [first = '', ...rest] = text.toLowerCase().split(/\s+/)
  const shift = DAYS[first]
  const clock = (shift === undefined ? text : rest.join(' ')).trim()
  const date = new Date(nowMs)
  date.setHours(0, 0, 0, 0)
  date.setDate(date.getDate() + (shift ?? 0))
  if (clock === '') return shift === undefined ? null : date.getTime()
  const match = CLOCK.exec(clock)
  if (match === null) return null
  const half = match[4]?.toLowerCase()
  let hour = Number(match[1])
  const minute = Number(match[2] ?? 0)
  if (half === undefined ? match[2] === undefined : hour < 1 || hour > 12) return null
  if (half !== undefined) hour = (hour % 12) + (half === 'pm' ? 12 : 0)
  if (hour > 23 || minute > 59) return null
  date.setHours(hour, minute, Number(match[3] ?? 0), 0)
  return date.getTime()
}
