/** A 64-bit fingerprint of a command's content, to tell a repeated command from a reused id. */
import { Writer } from '../kernel/index.ts'
import {
  capacityFlag,
  command as commandCodec,
  orderType,
  selfTrade,
  side,
  timeInForce,
  type Command,
  type CommandOf,
} from '../messages/index.ts'

/** Words that stand for "null" and for the kind of a short command. */
const NOTHING = 0x9e3779b9 | 0
const CANCEL = 0x2545f491

/**
 * Fills two words with the fingerprint. It guards a client against its own mistakes (rule ENG-002)
 * and nothing else rests on it, so it need not resist an adversary: who makes two of his own commands
 * collide gets the answer of the first. The frequent kinds are mixed field by field, the others from
 * their canonical bytes.
 */
export class BodyHash {
  readonly words = new Int32Array(2)
  readonly #writer = new Writer()
  #a = 0
  #b = 0

  of(command: Command): Int32Array {
    this.#a = 0x243f6a88
    this.#b = 0x85a308d3
    if (command.kind === 'PlaceOrder') this.#place(command)
    else if (command.kind === 'CancelOrder') this.#cancel(command.order)
    else this.#bytes(command)
    this.words[0] = this.#a
    this.words[1] = this.#b
    return this.words
  }

  #place(c: CommandOf<'PlaceOrder'>): void {
    let flags = side.values.indexOf(c.side)
    flags = flags * 8 + orderType.values.indexOf(c.type)
    flags = flags * 8 + timeInForce.values.indexOf(c.timeInForce)
    flags = flags * 8 + selfTrade.values.indexOf(c.selfTrade)
    flags = flags * 8 + capacityFlag.values.indexOf(c.capacity)
    flags = flags * 2 + (c.postOnly ? 1 : 0)
    flags = flags * 2 + (c.allOrNone ? 1 : 0)
    flags = flags * 2 + (c.colocate ? 1 : 0)
    this.#mix(flags * 2 + (c.standing ? 1 : 0))
    this.#mix(c.instrument)
    this.#mix(c.units)
    this.#mix(c.minUnits)
    this.#mix(c.horizonSeconds)
    this.#nullable(c.priceTicks)
    this.#nullable(c.expiresAtUs)
    this.#nullable(c.durationSeconds)
    this.#nullable(c.onBehalfOf)
    this.#nullable(c.node)
    this.#nullable(c.retryTicks)
    this.#optional(c.capMicro === null ? null : String(c.capMicro))
    this.#optional(c.clientOrderId)
    this.#optional(c.workload === null ? null : c.workload.specDigest)
    this.#mix(c.workload?.closeAllocation === true ? 1 : 2)
  }
  #cancel(order: number): void {
    this.#mix(CANCEL)
    this.#number(order)
  }
  /** Their first bytes are the number of their kind. */
  #bytes(command: Command): void {
    this.#writer.reset()
    commandCodec.write(this.#writer, command)
    for (const byte of this.#writer.finish()) this.#mix(byte)
  }
  #text(text: string): void {
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i))
    this.#mix(~text.length)
  }
  #optional(text: string | null): void {
    if (text === null) this.#mix(NOTHING)
    else this.#text(text)
  }
  #nullable(value: number | null): void {
    if (value === null) this.#mix(NOTHING)
    else this.#number(value)
  }
  #number(value: number): void {
    this.#mix(value | 0)
    this.#mix((value / 0x1_0000_0000) | 0)
  }
  #mix(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x9e3779b1)
    this.#a ^= this.#a >>> 15
    this.#b = Math.imul(this.#b ^ word, 0x85ebca77) + 0x165667b1
    this.#b ^= this.#b >>> 13
  }
}
