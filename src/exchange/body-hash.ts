/** A 64-bit fingerprint of a command's content, to tell a repeated command from a reused id. */
import { checksum64, Writer } from '../kernel/index.ts'
import { command as commandCodec, type Command } from '../messages/index.ts'

/**
 * Fills two words with the checksum of the command's canonical bytes. It guards a client against its
 * own mistakes (rule ENG-002) and nothing else rests on it, so it need not resist an adversary: who
 * makes two of his own commands collide gets the answer of the first.
 */
export class BodyHash {
  readonly #writer = new Writer()

  of(command: Command, into: Int32Array): void {
    this.#writer.reset()
    commandCodec.write(this.#writer, command)
    put(into, this.#writer.checksumFrom(0))
  }
  /** The same of the bytes of a command. */
  static ofBytes(bytes: DataView, from: number, until: number, into: Int32Array): void {
    put(into, checksum64(bytes, from, until))
  }
}

function put(
  into: Int32Array,
  { high, low }: { readonly high: number; readonly low: number },
): void {
  into[0] = high
  into[1] = low
}
