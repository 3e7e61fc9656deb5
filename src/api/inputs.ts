/** From texts of a request to the core's integers, and whose things may be seen. */
import { base62Decode, base62Encode, parseTime } from '../kernel/index.ts'
import { CNY, type InstrumentView, type PageArgs } from '../messages/index.ts'
import { moneyOf, numberOf, priceText, ticksOf, type IdKind } from '../wire/index.ts'
import type { Caller } from './auth/caller.ts'
import { malformed, refused } from './problem.ts'
import type { Services } from './services.ts'

const READ_WAIT_MS = 2_000
const DEFAULT_PAGE = 50

/** The integer of an id. Refuses with NOT_FOUND. */
export function mustNumber(kind: IdKind, id: string): number {
  const number = numberOf(kind, id)
  if (number === null) throw refused('NOT_FOUND', { what: kind, id })
  return number
}

/** mustNumber, or null for null and absent. */
export function numberOrNull(kind: IdKind, id: string | null | undefined): number | null {
  return id === null || id === undefined ? null : mustNumber(kind, id)
}

/** Microseconds of a time text; null for null and absent. Refuses with MALFORMED. */
export function timeInput(field: string, text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null
  const timeUs = parseTime(text)
  if (timeUs !== null && timeUs >= 0) return timeUs
  throw malformed({ field, code: 'format', message: 'RFC 3339, or epoch seconds' })
}

/** timeInput of a field that must be there. */
export function mustTime(field: string, text: string): number {
  return timeInput(field, text) ?? 0
}

/** Micro-units of a decimal text. Refuses with FIELD_INVALID. */
export function mustMoney(field: string, text: string): bigint {
  const micro = moneyOf(text)
  if (micro === null) throw refused('FIELD_INVALID', { field, why: 'at most 6 decimals' })
  return micro
}

/** mustMoney, or null for null and absent. */
export function moneyOrNull(field: string, text: string | null | undefined): bigint | null {
  return text === null || text === undefined ? null : mustMoney(field, text)
}

/** Whole ticks of a price. Refuses with FIELD_INVALID, naming the tick. */
export function mustTicks(
  field: string,
  price: string,
  instrument: Pick<InstrumentView, 'tickMicro'>,
): number {
  const ticks = ticksOf(price, instrument.tickMicro)
  if (ticks !== null) return ticks
  const tick = priceText(1, instrument.tickMicro)
  throw refused('FIELD_INVALID', { field, why: `a whole multiple of the tick ${tick} ${CNY}` })
}

/** Whose list it is: the caller's account, or another of its member. Refuses with NOT_FOUND. */
export async function accountOf(
  services: Services,
  caller: Caller,
  id: string | undefined,
): Promise<number> {
  if (id === undefined) return caller.key.account
  const account = mustNumber('account', id)
  if (await owns(services, caller, account)) return account
  throw refused('NOT_FOUND', { what: 'account', id })
}

/** Is the account one of the caller's member? */
export async function owns({ door }: Services, caller: Caller, account: number): Promise<boolean> {
  if (account === caller.key.account) return true
  const view = await door.ask('account', { account })
  return view !== null && view.member === caller.key.member
}

/** Waits until the read models have applied min_seq. Refuses with READ_LAG after two seconds. */
export async function caughtUp(
  { readModels }: Services,
  query: { readonly min_seq?: number } | undefined,
): Promise<void> {
  const seq = query?.min_seq
  if (seq === undefined || seq <= readModels.appliedSeq()) return
  if (!(await readModels.waitFor(seq, READ_WAIT_MS))) throw refused('READ_LAG', { seq })
}

interface PageQuery {
  readonly limit?: number
  readonly cursor?: string
  readonly after_seq?: number
}

/** What to ask for a page: one row more than wanted, to know whether more follow. */
export function pageArgs(query: PageQuery): PageArgs {
  const before = query.cursor === undefined ? null : base62Decode(query.cursor)
  if (before === null && query.cursor !== undefined) {
    throw malformed({ field: 'cursor', code: 'format', message: 'as given by the page before' })
  }
  return { limit: (query.limit ?? DEFAULT_PAGE) + 1, before, afterSeq: query.after_seq ?? null }
}

/** The page of the rows that pageArgs gave; `positionOf` is what the list pages by. */
export function toPage<R, T>(
  rows: readonly R[],
  query: PageQuery,
  parts: { readonly positionOf: (row: R) => number; readonly map: (row: R) => T },
): { data: T[]; next_cursor: string | null; has_more: boolean } {
  const limit = query.limit ?? DEFAULT_PAGE
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    data: shown.map(parts.map),
    next_cursor: more ? base62Encode(parts.positionOf(last)) : null,
    has_more: more,
  }
}
