import { assert } from './assert.ts'

/** Integer microseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
export type TimeUs = number

export const US_PER_SECOND = 1_000_000

const secondsPerDay = 86_400
const epochSeconds = /^[0-9]{1,10}$/
const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))$/

/** RFC 3339 in UTC with six fraction digits: `2026-11-22T11:20:54.000000Z`. */
export function formatTime(timeUs: TimeUs): string {
  assert(Number.isSafeInteger(timeUs), 'formatTime: integer microseconds')
  const seconds = Math.floor(timeUs / US_PER_SECOND)
  const micros = timeUs - seconds * US_PER_SECOND
  const days = Math.floor(seconds / secondsPerDay)
  const second = seconds - days * secondsPerDay
  const { year, month, day } = civilFromDays(days)
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
  const hours = Math.floor(second / 3600)
  const minutes = Math.floor(second / 60) % 60
  return `${date}T${pad(hours, 2)}:${pad(minutes, 2)}:${pad(second % 60, 2)}.${pad(micros, 6)}Z`
}

/**
 * The time of an RFC 3339 text with Z or an offset (fractions below a microsecond are cut), or of 1
 * to 10 digits read as epoch seconds; null for everything else, leap seconds and impossible dates.
 */
export function parseTime(text: string): TimeUs | null {
  if (epochSeconds.test(text)) return safe(Number(text) * US_PER_SECOND)
  const match = rfc3339.exec(text)
  if (match === null) return null
  const at = (group: number): number => Number(match[group] ?? '0')
  const [year, month, day, hour, minute, second] = [at(1), at(2), at(3), at(4), at(5), at(6)]
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  if (hour > 23 || minute > 59 || second > 59 || at(10) > 23 || at(11) > 59) return null
  const offset = (at(10) * 60 + at(11)) * (match[9] === '-' ? -60 : 60)
  const days = daysFromCivil(year, month, day)
  const seconds = days * secondsPerDay + hour * 3600 + minute * 60 + second - offset
  const micros = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'))
  return safe(seconds * US_PER_SECOND + micros)
}

function safe(timeUs: number): TimeUs | null {
  return Number.isSafeInteger(timeUs) ? timeUs : null
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

// The two functions below count days in years that begin on 1 March, so that the leap day is the
// last of its year; an era is 400 years = 146,097 days; 719,468 is the day of 1970-01-01.

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const yearStart = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  const dayOfYear = dayOfEra - yearStart
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}
