/**
 * The command ids as a snapshot holds them, straight from their words: there are as many as a day has
 * commands, and rows of text would be most of what a snapshot costs.
 */
import {
  assert,
  struct,
  u128hex,
  u32,
  u53,
  hex,
  list,
  type Infer,
  type Reader,
  type Writer,
} from '../kernel/index.ts'
import { CommandIds } from './command-ids.ts'

/** What the words stand for. */
const usedId = struct({ account: u32, id: u128hex, seq: u53, body: hex(8) })
export type UsedId = Infer<typeof usedId>
export const usedIds = list(usedId, 2 ** 31)

/** Writes the ids in the order of use, as `usedIds` does. */
export function writeIds(writer: Writer, ids: CommandIds): void {
  const handles = ids.all()
  writer.varint(handles.length)
  for (const at of handles) {
    writer.u32(ids.account(at))
    for (let word = 0; word < 4; word++) writer.u32(swapped(ids.word(at, word)))
    writer.varint(ids.seq(at))
    for (let word = 4; word < 6; word++) writer.u32(swapped(ids.word(at, word)))
  }
}

/** Reads what `writeIds` wrote. Throws CodecError on other bytes. */
export function readIds(reader: Reader): CommandIds {
  const ids = new CommandIds()
  const id = new Int32Array(4)
  const body = new Int32Array(2)
  let before = 0
  for (let left = reader.varint(); left > 0; left--) {
    const account = reader.u32()
    for (let word = 0; word < 4; word++) id[word] = swapped(reader.u32())
    const seq = reader.varint()
    for (let word = 0; word < 2; word++) body[word] = swapped(reader.u32())
    assert(seq > before, 'ids are in the order of use')
    before = seq
    ids.add(account, id, body, seq)
  }
  return ids
}

/** The four bytes the other way round: the words of an id begin with its first digits. */
function swapped(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)
}
