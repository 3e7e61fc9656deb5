/** Ids for people and programs: a prefix that says what it is, and the core's integer in base 62. */
import { formatId, parseId } from '../kernel/index.ts'

export const PREFIXES = {
  member: 'mem',
  account: 'acct',
  group: 'grp',
  user: 'user',
  key: 'key',
  order: 'ordr',
  trade: 'trd',
  allocation: 'alloc',
  lease: 'lse',
  workload: 'wkl',
  node: 'node',
  site: 'site',
  hub: 'hub',
  sku: 'sku',
  instrument: 'inst',
  proposal: 'prop',
  withdrawal: 'wdr',
  commitment: 'cmt',
  sla: 'sla',
  dispute: 'disp',
  maintenance: 'mnt',
  challenge: 'chal',
  audit: 'aud',
} as const
export type IdKind = keyof typeof PREFIXES

/** `ordr_4c92` for order 1,000,000. */
export function idOf(kind: IdKind, value: number): string {
  return formatId(PREFIXES[kind], value)
}

/** idOf, or null for null. */
export function idOrNull(kind: IdKind, value: number | null): string | null {
  return value === null ? null : idOf(kind, value)
}

/** The integer of an id of that kind; null for every other text. */
export function numberOf(kind: IdKind, text: string): number | null {
  return parseId(PREFIXES[kind], text)
}

/** What kind of thing an id names, by its prefix; null when the prefix is not known. */
export function kindOfId(text: string): IdKind | null {
  const prefix = text.slice(0, text.indexOf('_'))
  const entry = Object.entries(PREFIXES).find(([, value]) => value === prefix)
  return entry === undefined ? null : (entry[0] as IdKind)
}
