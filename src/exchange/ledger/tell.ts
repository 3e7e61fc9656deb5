/**
 * Entries of two to four lines that nearly every order has. Where a command's events are kept as bytes
 * they are written line by line, as the codec would (a test compares the two).
 */
import { encode, text, type Writer } from '../../kernel/index.ts'
import { CNY, event, type EventOf } from '../../messages/index.ts'
import type { Context } from '../context.ts'

const [POSTED] = event.cases.EntryPosted
const ASSET = encode(text(24), CNY)

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
    out.u16(POSTED)
    ruleText(out, facts.rule)
    out.varint(facts.subject)
    out.u16(facts.rules)
    out.u8(this.#count)
    for (let at = 0; at < this.#count; at++) {
      out.u16(this.#codes[at]!)
      out.varint(this.#owners[at]!)
      out.part(ASSET, 0, ASSET.length)
      out.i64Of(this.#micro[at]!)
    }
  }
  #postings(): EventOf<'EntryPosted'>['postings'] {
    return Array.from({ length: this.#count }, (_, at) => ({
      code: this.#codes[at]!,
      owner: this.#owners[at]!,
      asset: CNY,
      amountMicro: BigInt(this.#micro[at]!),
    }))
  }
}

/** Rulebook ids are ASCII. */
function ruleText(out: Writer, rule: string): void {
  out.u8(rule.length)
  for (let i = 0; i < rule.length; i++) out.u8(rule.charCodeAt(i))
}
