/**
 * Which command ids were used (rules ENG-001, ENG-002, ENG-004): scope (account, id), for as long as
 * the id's own time lies in [now - 24 h, now + 5 min].
 */
import { assert, Reader, Writer } from '../kernel/index.ts'
import { LIMITS, refuse, type Envelope, type Refusal } from '../messages/index.ts'
import { BodyHash } from './body-hash.ts'
import { readIds, usedIds, writeIds, type UsedId } from './command-id-rows.ts'
import { CommandIds, timeMsOf } from './command-ids.ts'
import type { AnyTable, Stateful } from './table.ts'

const MS_PER_SECOND = 1_000
const US_PER_MS = 1_000
const AGE_MS = LIMITS.idAgeSeconds * MS_PER_SECOND
const AHEAD_MS = LIMITS.idAheadSeconds * MS_PER_SECOND

export type Lookup =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly seq: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

const NEW: Lookup = { kind: 'new' }

export class Idempotency implements Stateful {
  #ids = new CommandIds()
  readonly #body = new BodyHash()
  readonly #words = new Int32Array(4)
  /** whose words are in `#words`: a look and the execution that follows ask for the same id */
  #parsed = ''
  readonly tables = [this.#table()]

  /** What became of this id so far; a look that changes nothing. `timeUs` is the time of the look. */
  lookup(envelope: Envelope, timeUs: number): Lookup {
    const nowMs = Math.floor(timeUs / US_PER_MS)
    const words = this.#wordsOf(envelope.id)
    const idMs = timeMsOf(words[0]!, words[1]!)
    if (idMs < nowMs - AGE_MS || idMs > nowMs + AHEAD_MS) {
      return { kind: 'refused', refusal: refuse('COMMAND_ID_EXPIRED') }
    }
    const known = this.#ids.find(envelope.account, words)
    if (known >= 0) {
      return this.#ids.hasBody(known, this.#body.of(envelope.command))
        ? { kind: 'replay', seq: this.#ids.seq(known) }
        : { kind: 'refused', refusal: refuse('COMMAND_ID_REUSED') }
    }
    if (this.#ids.count(envelope.account) < LIMITS.liveIdsPerAccount) return NEW
    if (!this.#lives(this.#ids.oldest(envelope.account), nowMs)) return NEW
    return {
      kind: 'refused',
      refusal: refuse('RATE_LIMITED', { limit: LIMITS.liveIdsPerAccount }),
    }
  }

  /** Remembers an executed command and forgets what of its account has left the window. */
  remember({ account, id, command }: Envelope, seq: number, timeUs: number): void {
    const nowMs = Math.floor(timeUs / US_PER_MS)
    const words = this.#wordsOf(id)
    // In the order of use: the first one that is still inside the window stops the sweep.
    for (;;) {
      const oldest = this.#ids.oldest(account)
      if (oldest < 0 || this.#lives(oldest, nowMs)) break
      this.#ids.dropOldest(account)
    }
    assert(this.#ids.find(account, words) < 0, 'an executed command has a new id')
    this.#ids.add(account, words, this.#body.of(command), seq)
  }

  rebuild(): void {
    this.#parsed = ''
  }

  #lives(record: number, nowMs: number): boolean {
    return this.#ids.timeMs(record) >= nowMs - AGE_MS
  }
  #wordsOf(id: string): Int32Array {
    if (id === this.#parsed) return this.#words
    assert(id.length === 32, 'a command id has 32 digits')
    for (let word = 0; word < 4; word++) {
      let value = 0
      for (let at = word * 8; at < word * 8 + 8; at++) {
        const code = id.charCodeAt(at)
        value = (value << 4) | (code < 58 ? code - 48 : code - 87)
      }
      this.#words[word] = value
    }
    this.#parsed = id
    return this.#words
  }

  /** The ids as the table of a snapshot, in the order of use. */
  #table(): AnyTable {
    const write = (writer: Writer): void => writeIds(writer, this.#ids)
    const read = (reader: Reader): void => {
      this.#ids = readIds(reader)
    }
    const rows = (): unknown[] => {
      const writer = new Writer()
      write(writer)
      return usedIds.read(new Reader(writer.finish()))
    }
    const load = (loaded: readonly UsedId[]): void => {
      const writer = new Writer()
      usedIds.write(writer, [...loaded])
      read(new Reader(writer.finish()))
    }
    return {
      name: 'command_ids',
      codec: usedIds as unknown as AnyTable['codec'],
      rows,
      load,
      write,
      read,
    }
  }
}
