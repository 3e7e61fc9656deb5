/** A 64-bit fingerprint of a command's content, to tell a repeated command from a reused id. */
import { Writer } from '../kernel/index.ts'
import { command as commandCodec, type Command, type CommandOf } from '../messages/index.ts'

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
    else if (command.kind === 'CancelOrder') this.#number(command.order)
    else this.#bytes(command)
    this.#text(command.kind)
    this.words[0] = this.#a
    this.words[1] = this.#b
    return this.words
  }

  #place(c: CommandOf<'PlaceOrder'>): void {
    this.#number(c.instrument)
    this.#text(c.side)
    this.#text(c.type)
    this.#number(c.units)
    this.#nullable(c.priceTicks)
    this.#text(c.timeInForce)
    this.#nullable(c.expiresAtUs)
    this.#mix(
      (c.postOnly ? 1 : 0) | (c.allOrNone ? 2 : 0) | (c.colocate ? 4 : 0) | (c.standing ? 8 : 0),
    )
    this.#number(c.minUnits)
    this.#text(c.selfTrade)
    this.#number(c.horizonSeconds)
    this.#nullable(c.durationSeconds)
    this.#text(c.capMicro === null ? '' : String(c.capMicro))
    this.#text(c.clientOrderId ?? '')
    this.#mix(c.clientOrderId === null ? 1 : 2)
    this.#text(c.capacity)
    this.#nullable(c.onBehalfOf)
    this.#nullable(c.node)
    this.#text(c.workload?.specDigest ?? '')
    this.#mix(c.workload?.closeAllocation === true ? 1 : 2)
    this.#nullable(c.retryTicks)
  }
  #bytes(command: Command): void {
    this.#writer.reset()
    commandCodec.write(this.#writer, command)
    for (const byte of this.#writer.finish()) this.#mix(byte)
  }
  #text(text: string): void {
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i))
    this.#mix(~text.length)
  }
  #nullable(value: number | null): void {
    if (value === null) this.#mix(-1)
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
