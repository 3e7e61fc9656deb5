/**
 * Entries of two to four lines that nearly every order has. Where a command's events are kept as bytes
 * they are written line by line, as the codec would (a test compares the two).
 */
import { encode, putBytes, putI64, putU16, putVarint, text } from '../../kernel/index.ts'
import { CNY, event, type EventOf } from '../../messages/index.ts'
import type { Context } from '../context.ts'

const [POSTED] = event.cases.EntryPosted
const ASSET = encode(text(24), CNY)
/** of an entry without its lines, and of one line: none is longer */
const HEAD_BYTES = 40
const LINE_BYTES = 18 + ASSET.length

export interface EntryFacts {
  /** rulebook id, at most 16 bytes */
  readonly rule: string
  /** the order, lease or withdrawal that it is about */
  readonly subject: number
  /** rule version in force */
  readonly rules: number
}

/** The lines of one entry in CNY, in the order in which they are told; lines of zero are left out. */
export class Lines {
  readonly #codes = new Int32Array(8)
  readonly #owners = new Float64Array(8)
  readonly #micro = new Float64Array(8)
  #count = 0

  get count(): number {
    return this.#count
  }
  code(at: number): number {
    return this.#codes[at]!
  }
  owner(at: number): number {
    return this.#owners[at]!
  }
  micro(at: number): number {
    return this.#micro[at]!
  }
  clear(): void {
    this.#count = 0
  }
  /** Debit positive, a safe integer of micro-units. */
  add(code: number, owner: number, micro: number): void {
    if (micro === 0) return
    const at = this.#count++
    this.#codes[at] = code
    this.#owners[at] = owner
    this.#micro[at] = micro
  }
  tell(ctx: Context, facts: EntryFacts): void {
    const out = ctx.bytesOfNext()
    if (out === null) return ctx.emit({ kind: 'EntryPosted', ...facts, postings: this.#postings() })
    const from = out.room(HEAD_BYTES + LINE_BYTES * this.#count)
    const bytes = out.target
    let at = putRule(bytes, putU16(bytes, from, POSTED), facts.rule)
    at = putVarint(bytes, at, facts.subject)
    at = putU16(bytes, at, facts.rules)
    bytes[at++] = this.#count
    for (let line = 0; line < this.#count; line++) {
      at = putU16(bytes, at, this.#codes[line]!)
      at = putVarint(bytes, at, this.#owners[line]!)
      at = putBytes(bytes, at, ASSET)
      at = putI64(bytes, at, this.#micro[line]!)
    }
    out.wrote(at)
  }
  #postings(): EventOf<'EntryPosted'>['postings'] {
    const postings: EventOf<'EntryPosted'>['postings'] = []
    for (let at = 0; at < this.#count; at++) {
      postings.push({
        code: this.#codes[at]!,
        owner: this.#owners[at]!,
        asset: CNY,
        amountMicro: BigInt(this.#micro[at]!),
      })
    }
    return postings
  }
}

/** Rulebook ids are ASCII. */
function putRule(bytes: Uint8Array, from: number, rule: string): number {
  const { length } = rule
  bytes[from] = length
  for (let i = 0; i < length; i++) bytes[from + 1 + i] = rule.charCodeAt(i)
  return from + 1 + length
}
