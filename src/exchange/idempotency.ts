/**
 * Which command ids were used (rules ENG-001, ENG-002, ENG-004): scope (account, id), for as long as
 * the id's own time lies in [now - 24 h, now + 5 min].
 */
import {
  commandIdTimeMs,
  encode,
  hex,
  sha256Hex,
  struct,
  u128hex,
  u32,
  u53,
  type Infer,
} from '../kernel/index.ts'
import { LIMITS, command, refuse, type Envelope, type Refusal } from '../messages/index.ts'
import { Table, type AnyTable, type Stateful } from './table.ts'

const used = struct({ slot: u53, account: u32, id: u128hex, seq: u53, body: hex(16) })
type Used = Infer<typeof used>

const MS_PER_SECOND = 1_000
const US_PER_MS = 1_000

export type Lookup =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly seq: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export class Idempotency implements Stateful {
  readonly #table = new Table('command_ids', used, (row) => row.slot)
  readonly tables = [this.#table as unknown as AnyTable]
  #byAccount = new Map<number, Map<string, Used>>()
  #nextSlot = 1

  /** What became of this id so far; a look that changes nothing. `timeUs` is the time of the look. */
  lookup(envelope: Envelope, timeUs: number): Lookup {
    const nowMs = Math.floor(timeUs / US_PER_MS)
    const idMs = commandIdTimeMs(envelope.id)
    if (
      idMs < nowMs - LIMITS.idAgeSeconds * MS_PER_SECOND ||
      idMs > nowMs + LIMITS.idAheadSeconds * MS_PER_SECOND
    ) {
      return { kind: 'refused', refusal: refuse('COMMAND_ID_EXPIRED') }
    }
    const ids = this.#byAccount.get(envelope.account)
    const known = ids?.get(envelope.id)
    if (known !== undefined) {
      return known.body === bodyOf(envelope)
        ? { kind: 'replay', seq: known.seq }
        : { kind: 'refused', refusal: refuse('COMMAND_ID_REUSED') }
    }
    if (
      ids !== undefined &&
      ids.size >= LIMITS.liveIdsPerAccount &&
      this.#oldestLives(ids, nowMs)
    ) {
      const facts = { limit: LIMITS.liveIdsPerAccount }
      return { kind: 'refused', refusal: refuse('RATE_LIMITED', facts) }
    }
    return { kind: 'new' }
  }

  /** Remembers an executed command and forgets what has left the window. */
  remember(envelope: Envelope, seq: number, timeUs: number): void {
    const ids = this.#idsOf(envelope.account)
    this.#forgetOld(ids, Math.floor(timeUs / US_PER_MS))
    const row: Used = {
      slot: this.#nextSlot++,
      account: envelope.account,
      id: envelope.id,
      seq,
      body: bodyOf(envelope),
    }
    this.#table.insert(row)
    ids.set(row.id, row)
  }

  rebuild(): void {
    this.#byAccount = new Map()
    this.#nextSlot = 1
    for (const row of this.#table.values()) {
      this.#idsOf(row.account).set(row.id, row)
      this.#nextSlot = row.slot + 1
    }
  }

  #idsOf(account: number): Map<string, Used> {
    let ids = this.#byAccount.get(account)
    if (ids === undefined) this.#byAccount.set(account, (ids = new Map()))
    return ids
  }

  // Ids are forgotten in the order they were used: a Map keeps that order, and the first one still
  // inside the window stops the sweep, so the work per command is small.
  #forgetOld(ids: Map<string, Used>, nowMs: number): void {
    for (const row of ids.values()) {
      if (this.#lives(row, nowMs)) return
      ids.delete(row.id)
      this.#table.delete(row.slot)
    }
  }
  #oldestLives(ids: Map<string, Used>, nowMs: number): boolean {
    for (const row of ids.values()) return this.#lives(row, nowMs)
    return false
  }
  #lives(row: Used, nowMs: number): boolean {
    return commandIdTimeMs(row.id) >= nowMs - LIMITS.idAgeSeconds * MS_PER_SECOND
  }
}

function bodyOf(envelope: Envelope): string {
  return sha256Hex(encode(command, envelope.command)).slice(0, 32)
}
