/** Does the book keep its memory? A hundred million commands, measured after the tenth and the last. */
import { assert } from '../../src/kernel/index.ts'
import { collect } from '../../test/support/collect.ts'
import { BookPlay } from '../cxb1/book-play.ts'
import { generate } from '../cxb1/generate.ts'
import { ID, RECORD_WORDS } from '../cxb1/record.ts'
import { row, type Row } from '../row.ts'

const PASSES = 100
const WARM_PASSES = 10
const WORKLOAD = { symbols: 100, prefill: 100, commands: 990_000, seed: 42, mix: 'std' } as const
const KIB = 1_024

export async function matchingHeap(): Promise<Row[]> {
  const { words } = generate(WORKLOAD)
  const records = words.length / RECORD_WORDS
  // One book for all: after each pass its orders are taken out, and the ids of the next are higher.
  const play = new BookPlay(words)
  let warm = 0
  for (let pass = 1; pass <= PASSES; pass++) {
    play.play(0, records)
    play.clear()
    for (let at = ID; at < words.length; at += RECORD_WORDS) words[at]! += records
    if (pass === WARM_PASSES) warm = await usedKib()
  }
  const more = (await usedKib()) - warm
  // Also keeps both alive until here: what nobody uses any more may be collected before.
  assert(play.finish().live === 0 && words.length > 0, 'every order was taken out')
  const what = `memory more after ${(PASSES * records).toLocaleString('en')} commands than after a tenth`
  const target = { must: KIB, better: 'low' } as const
  return [row('matching-heap', what, more, 'KiB', null, target)]
}

/** Heap and typed arrays after a collection. */
async function usedKib(): Promise<number> {
  await collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / KIB
}
