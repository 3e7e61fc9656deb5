/** The number that the machine of a lease must give back from inside. */
import { sha256, utf8Encode } from '../../kernel/index.ts'

/** A lease, whose own number is that of its trade. */
interface Nonced {
  readonly lease: number
  readonly setNonceWord: (word: number, value: number) => void
}

/**
 * 128 bits that differ from lease to lease and from venue to venue. They are no secret from the
 * seller, who is told them: they only show that the answer is about this lease. So mixing the venue's
 * hash with the lease's numbers is enough, and no hash is made for each.
 */
export class Nonces {
  #venue = ''
  #salt = new Uint32Array(4)

  /** Sets the nonce of a lease. `seq` is that of the command that opens it. */
  give(venue: string, seq: number, to: Nonced): void {
    if (venue !== this.#venue) this.#take(venue)
    const trade = to.lease
    let h = Math.imul(seq ^ trade, 0x9e3779b1)
    const high = Math.floor(seq / 2 ** 32) ^ Math.imul(Math.floor(trade / 2 ** 32), 0x85ebca77)
    for (let word = 0; word < 4; word++) {
      h = Math.imul(h ^ (h >>> 15) ^ this.#salt[word]!, 0x2c1b3c6d)
      h = Math.imul(h ^ (h >>> 12) ^ (word % 2 === 0 ? seq : trade) ^ high, 0x297a2d39)
      to.setNonceWord(word, h ^ (h >>> 15))
    }
  }

  #take(venue: string): void {
    const view = new DataView(sha256(utf8Encode(venue)).buffer)
    this.#salt = Uint32Array.from([0, 4, 8, 12], (at) => view.getUint32(at))
    this.#venue = venue
  }
}
