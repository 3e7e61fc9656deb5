/**
 * Entries of two to five lines that nearly every order has. Where a command's events are kept as bytes
 * they are written line by line, as the codec would (a test compares the two).
 */
import { assert, encode, putVarint, text, Writer } from '../../kernel/index.ts'
import { CNY, event, type EventOf } from '../../messages/index.ts'
import type { Context } from '../context.ts'

const [POSTED] = event.cases.EntryPosted
const ASSET = encode(text(24), CNY)
assert(ASSET.length === 4, 'the asset is written as one word')
const ASSET_WORD = new DataView(ASSET.buffer, ASSET.byteOffset).getInt32(0, true)
const RULE_LENGTH = 7
/** of an entry without its lines, and of one line: none is longer */
const HEAD_BYTES = 40
const LINE_BYTES = 22
const WORD = 0x1_0000_0000

/** A rule by which entries are posted: its rulebook id, and how an entry of it begins. */
export class EntryRule {
  readonly rule: string
  readonly first: number
  readonly second: number
  readonly third: number

  /** `rule` has seven ASCII letters, as all in the rulebook have. */
  constructor(rule: string) {
    assert(rule.length === RULE_LENGTH, 'a rule has seven letters')
    this.rule = rule
    const writer = new Writer()
    writer.u16(POSTED)
    text(16).write(writer, rule)
    const bytes = writer.finish()
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    this.first = view.getInt32(0, true)
    this.second = view.getInt32(4, true)
    this.third = view.getInt16(8, true)
  }
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
  /** `subject` is the order, lease or withdrawal that the entry is about, `rules` the version in force. */
  tell(ctx: Context, by: EntryRule, subject: number, rules: number): void {
    const out = ctx.bytesOfNext()
    if (out === null) {
      const { rule } = by
      return ctx.emit({ kind: 'EntryPosted', rule, subject, rules, postings: this.#postings() })
    }
    const count = this.#count
    const from = out.room(HEAD_BYTES + LINE_BYTES * count)
    const bytes = out.target
    const view = out.targetView
    view.setInt32(from, by.first, true)
    view.setInt32(from + 4, by.second, true)
    view.setInt16(from + 8, by.third, true)
    let at = putVarint(bytes, from + 10, subject)
    view.setInt16(at, rules, true)
    bytes[at + 2] = count
    at += 3
    for (let line = 0; line < count; line++) {
      view.setInt16(at, this.#codes[line]!, true)
      at = putVarint(bytes, at + 2, this.#owners[line]!)
      view.setInt32(at, ASSET_WORD, true)
      const micro = this.#micro[line]!
      const low = micro | 0
      view.setInt32(at + 4, low, true)
      view.setInt32(at + 8, (micro - (low >>> 0)) / WORD, true)
      at += 12
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
