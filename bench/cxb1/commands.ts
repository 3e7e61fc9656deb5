/** What people do with CXB-1 files: write one of any seed and size, and play one through the book. */
import { assert } from '../../src/kernel/index.ts'
import { spend } from '../row.ts'
import { BookPlay } from './book-play.ts'
import { readRecords, sumOf, writeRecords } from './files.ts'
import { generate } from './generate.ts'
import { RECORD_WORDS } from './record.ts'

/** Options as they were typed. */
interface Typed {
  readonly symbols: string
  readonly prefill: string
  readonly commands: string
  readonly seed: string
  readonly mix: string
  readonly out: string
}

/** Writes the file, and tells what a correct book makes of it. */
export function writeFile({ symbols, prefill, commands, seed, mix, out }: Typed): number {
  assert(mix === 'std' || mix === 'move', 'the mix is std or move')
  const { words, result } = generate({
    symbols: Number(symbols),
    prefill: Number(prefill),
    commands: Number(commands),
    seed: Number(seed),
    mix,
  })
  writeRecords(out, words)
  print({ file: out, records: words.length / RECORD_WORDS, sha256: sumOf(words), ...result })
  return 0
}

/**
 * All records of the file, prefill included, in order: once to warm up, once timed. Throws where the
 * file cancels or moves what does not rest.
 */
export function playFile(file: string): number {
  const words = readRecords(file)
  const records = words.length / RECORD_WORDS
  new BookPlay(words).play(0, records)
  const play = new BookPlay(words)
  const { cpuSeconds, wallSeconds } = spend(() => play.play(0, records))
  print({
    file,
    records,
    ...play.finish(),
    commands_per_second: Math.round(records / cpuSeconds),
    commands_per_second_wall: Math.round(records / wallSeconds),
  })
  return 0
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
