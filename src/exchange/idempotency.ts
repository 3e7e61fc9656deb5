/**
 * Which command ids were used (rules ENG-001, ENG-002, ENG-004): scope (account, id), for as long as
 * the id's own time lies in [now - 24 h, now + 5 min].
 */
import { assert, Reader, struct, u32, u53, Writer } from '../kernel/index.ts'
import { LIMITS, refuse, type Envelope, type Refusal } from '../messages/index.ts'
import { BodyHash } from './body-hash.ts'
import { readIds, usedIds, writeIds, type UsedId } from './command-id-rows.ts'
import { CommandIds, timeMsOf } from './command-ids.ts'
import { Table, type AnyTable, type Stateful } from './table.ts'

const MS_PER_SECOND = 1_000
const US_PER_MS = 1_000
const AGE_MS = LIMITS.idAgeSeconds * MS_PER_SECOND
const AHEAD_MS = LIMITS.idAheadSeconds * MS_PER_SECOND

export type Lookup =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly seq: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

const NEW: Lookup = { kind: 'new' }

const floor = struct({ account: u32, floorMs: u53 })

/** A command's id and the fingerprint of its content, as words. */
export interface IdWords {
  readonly account: number
  /** the id, four words, high bytes first */
  readonly id: Int32Array
  /** `BodyHash` of the command, two words */
  readonly body: Int32Array
}

export class Idempotency implements Stateful {
  #ids = new CommandIds()
  readonly #bodyHash = new BodyHash()
  readonly #words = { account: 0, id: new Int32Array(4), body: new Int32Array(2) }
  /** what `#words` are of: a look and the execution that follows ask for the same command */
  #prepared: Envelope | null = null
  /** accounts that used more ids than are kept: ids of a time up to the floor are refused */
  readonly #floors = new Table('command_id_floors', floor, (row) => row.account)
  readonly tables = [this.#table(), this.#floors as unknown as AnyTable]

  /** What became of this id so far; a look that changes nothing. `timeUs` is the time of the look. */
  lookup(envelope: Envelope, timeUs: number): Lookup {
    return this.look(this.#wordsOf(envelope), timeUs)
  }
  /** The same by words. */
  look({ account, id, body }: IdWords, timeUs: number): Lookup {
    const nowMs = Math.floor(timeUs / US_PER_MS)
    const idMs = timeMsOf(id[0]!, id[1]!)
    if (idMs < nowMs - AGE_MS || idMs > nowMs + AHEAD_MS) {
      return { kind: 'refused', refusal: refuse('COMMAND_ID_EXPIRED') }
    }
    const known = this.#ids.find(account, id)
    if (known >= 0) {
      return this.#ids.hasBody(known, body)
        ? { kind: 'replay', seq: this.#ids.seq(known) }
        : { kind: 'refused', refusal: refuse('COMMAND_ID_REUSED') }
    }
    if (this.#floors.size === 0 || idMs > (this.#floors.get(account)?.floorMs ?? 0)) return NEW
    // It may be one of those that had to be forgotten.
    return { kind: 'refused', refusal: refuse('COMMAND_ID_EXPIRED') }
  }

  /** As `touch` of the ids. */
  touch(codes: Int32Array, count: number): number {
    return this.#ids.touch(codes, count)
  }

  /** Remembers an executed command and forgets what of its account has left the window. */
  remember(envelope: Envelope, seq: number, timeUs: number): void {
    this.keep(this.#wordsOf(envelope), seq, timeUs)
  }
  /** The same by words. */
  keep({ account, id, body }: IdWords, seq: number, timeUs: number): void {
    const nowMs = Math.floor(timeUs / US_PER_MS)
    // In the order of use: the first one that is still inside the window stops the sweep.
    while (this.#ids.oldestMs(account) < nowMs - AGE_MS) this.#ids.dropOldest(account)
    if (this.#ids.count(account) >= LIMITS.liveIdsPerAccount) this.#forgetOldest(account)
    assert(this.#ids.add(account, id, body, seq), 'an executed command has a new id')
  }

  rebuild(): void {
    this.#prepared = null
  }

  /** Room for another id of an account that uses many: the window of its ids becomes shorter. */
  #forgetOldest(account: number): void {
    const oldestMs = this.#ids.oldestMs(account)
    const row = this.#floors.get(account)
    if (row === undefined) this.#floors.insert({ account, floorMs: oldestMs })
    else row.floorMs = Math.max(row.floorMs, oldestMs)
    this.#ids.dropOldest(account)
  }
  #wordsOf(envelope: Envelope): IdWords {
    if (envelope === this.#prepared) return this.#words
    this.#words.account = envelope.account
    readId(envelope.id, this.#words.id)
    this.#bodyHash.of(envelope.command, this.#words.body)
    this.#prepared = envelope
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

/** The four words of an id of 32 lower-case hex digits. */
function readId(id: string, into: Int32Array): Int32Array {
  assert(id.length === 32, 'a command id has 32 digits')
  for (let word = 0; word < 4; word++) {
    let value = 0
    for (let at = word * 8; at < word * 8 + 8; at++) {
      const code = id.charCodeAt(at)
      value = (value << 4) | (code < 58 ? code - 48 : code - 87)
    }
    into[word] = value
  }
  return into
}
