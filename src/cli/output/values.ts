/** Money, prices, times and sizes as people read them, in the language of the command. */
import type { EndText } from '../../messages/index.ts'
import type { Cli } from '../cli.ts'
import { ZH_WORDS } from '../texts/words.ts'
import type { TextKey } from '../texts.ts'

/** `¥1,216.00`; another currency stands after the amount. All digits are kept. */
export function money(amount: string, currency = 'CNY'): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(.*)$/.exec(amount) ?? []
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',') + fraction
  return currency === 'CNY' ? `${sign}¥${grouped}` : `${sign}${grouped} ${currency}`
}

const UNITS: Readonly<Record<string, TextKey>> = {
  core: 'unit.core',
  card: 'unit.card',
  node: 'unit.node',
  tb: 'unit.tb',
  gbps: 'unit.gbps',
  render: 'unit.render',
}

/** `¥0.05/core-hour`, `¥15.20/卡时`; a unit that is not known gives `/unit-hour`. */
export function price(cli: Cli, amount: string, unit: string | null, currency = 'CNY'): string {
  const name = cli.say(UNITS[unit ?? ''] ?? 'unit.any')
  return `${money(amount, currency)}/${name}`
}

/** Local time with its zone, or UTC with `--utc`; a dash for none. */
export function when(cli: Cli, time: string | null): string {
  if (time === null) return '-'
  const date = new Date(time)
  if (cli.options.utc === true) return `${date.toISOString().slice(0, 19)}Z`
  const zone = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + zone * 60_000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ')
  const hours = String(Math.floor(Math.abs(zone) / 60)).padStart(2, '0')
  const minutes = String(Math.abs(zone) % 60).padStart(2, '0')
  return `${local} ${zone < 0 ? '-' : '+'}${hours}:${minutes}`
}

/** `4 s`, `3 min 05 s`, `2 h 10 min`, `3 d 4 h`. */
export function span(cli: Cli, seconds: number | null): string {
  if (seconds === null) return '-'
  const [d, h, m, s] = ['unit.d', 'unit.h', 'unit.min', 'unit.s'] as const
  const part = (value: number, unit: TextKey): string => `${value} ${cli.say(unit)}`
  const whole = Math.floor(seconds)
  if (whole < 60) return part(Number.isInteger(seconds) ? whole : Number(seconds.toFixed(1)), s)
  if (whole < 3_600) return two(part(Math.floor(whole / 60), m), whole % 60, s, part)
  if (whole < 86_400)
    return two(part(Math.floor(whole / 3_600), h), Math.floor((whole % 3_600) / 60), m, part)
  return two(part(Math.floor(whole / 86_400), d), Math.floor((whole % 86_400) / 3_600), h, part)
}

function two(
  first: string,
  rest: number,
  unit: TextKey,
  part: (value: number, unit: TextKey) => string,
): string {
  return rest === 0 ? first : `${first} ${part(rest, unit)}`
}

/** `512 MiB`, `10 GiB`, `23.5 GiB`: from 1 GiB on with one decimal, rounded down. */
function size(mib: number): string {
  return mib < 1_024 ? `${mib} MiB` : `${Math.floor((mib * 10) / 1_024) / 10} GiB`
}

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `0 B`, `1.5 MiB`, `16 GiB`: bytes as files and quotas are counted, rounded down. */
export function bytesOf(bytes: number): string {
  const steps = BINARY.findIndex((_, unit) => bytes < 1_024 ** (unit + 1))
  const unit = steps < 0 ? BINARY.length - 1 : steps
  return `${Math.floor((bytes * 10) / 1_024 ** unit) / 10} ${BINARY[unit]}`
}

/** `4 cores, 8 GiB, 1 card`: the parts that are not zero. */
export function bundle(
  cli: Cli,
  one: {
    readonly cores: number
    readonly memory_mib: number
    readonly disk_mib: number
    readonly cards: number
  },
): string {
  const parts = [
    ...(one.cores > 0
      ? [`${one.cores} ${cli.say(one.cores === 1 ? 'unit.oneCore' : 'unit.cores')}`]
      : []),
    ...(one.memory_mib > 0 ? [size(one.memory_mib)] : []),
    ...(one.cards > 0
      ? [`${one.cards} ${cli.say(one.cards === 1 ? 'unit.oneCard' : 'unit.cards')}`]
      : []),
    ...(one.disk_mib > 0 ? [`${size(one.disk_mib)} ${cli.say('unit.disk')}`] : []),
  ]
  return parts.length === 0 ? '-' : parts.join(', ')
}

/** A word of the API (a state, a kind) in the language of the command. */
export function word(cli: Cli, value: string): string {
  return cli.language === 'zh' ? (ZH_WORDS[value] ?? value) : value
}

/** `closed (BUYER_CLOSED)`: a state with the code of its reason, which `suan get` gives in words. */
export function stateOf(cli: Cli, status: string, reason: string | null): string {
  return reason === null ? word(cli, status) : `${word(cli, status)} (${reason})`
}

/** The reason of an end in words, from the table of its kind; a dash for none. */
export function whyOf<End extends string>(
  cli: Cli,
  end: End | null,
  texts: Readonly<Record<End, EndText>>,
): string {
  return end === null ? '-' : texts[end][cli.language]
}

/** Sentences in a row: with a space between them in English, none in Chinese. */
export function sentences(cli: Cli, ...texts: readonly string[]): string {
  return texts.join(cli.language === 'zh' ? '' : ' ')
}

/** A percentage of parts per million: `0.5%`. */
export function ppm(value: number): string {
  return `${value / 10_000}%`
}
