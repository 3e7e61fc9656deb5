/** The number that the machine of a lease must give back from inside. */
import { sha256, toHex, utf8Encode } from '../../kernel/index.ts'

/**
 * 128 bits that differ from lease to lease and from venue to venue. They are no secret from the
 * seller, who is told them: they only show that the answer is about this lease. So mixing the venue's
 * hash with the lease's numbers is enough, and no hash is made for each.
 */
export class Nonces {
  readonly #bytes = new Uint8Array(16)
  readonly #view = new DataView(this.#bytes.buffer)
  #venue = ''
  #salt = new Uint32Array(4)

  /** 32 hex digits. `seq` is that of the command, `trade` is the lease's own number. */
  of(venue: string, seq: number, trade: number): string {
    if (venue !== this.#venue) this.#take(venue)
    let h = Math.imul(seq ^ trade, 0x9e3779b1)
    const high = Math.floor(seq / 2 ** 32) ^ Math.imul(Math.floor(trade / 2 ** 32), 0x85ebca77)
    for (let word = 0; word < 4; word++) {
      h = Math.imul(h ^ (h >>> 15) ^ this.#salt[word]!, 0x2c1b3c6d)
      h = Math.imul(h ^ (h >>> 12) ^ (word % 2 === 0 ? seq : trade) ^ high, 0x297a2d39)
      this.#view.setUint32(word * 4, (h ^ (h >>> 15)) >>> 0)
    }
    return toHex(this.#bytes)
  }

  #take(venue: string): void {
    const view = new DataView(sha256(utf8Encode(venue)).buffer)
    this.#salt = Uint32Array.from([0, 4, 8, 12], (at) => view.getUint32(at))
    this.#venue = venue
  }
}
