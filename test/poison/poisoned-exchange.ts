/** The exchange with a fault of the program in it: commands whose ids a file lists trip an assert. */
import { existsSync, readFileSync } from 'node:fs'
import { Exchange as Sound } from '../../src/exchange/index.ts'
import { assert, toHex } from '../../src/kernel/index.ts'

export * from '../../src/exchange/index.ts'

/** where the id lies in an encoded envelope */
const ID = { from: 8, until: 24 }

export class Exchange extends Sound {
  /** Both doors have the fault: orders come as bytes, everything else as objects. */
  constructor(...options: ConstructorParameters<typeof Sound>) {
    super(...options)
    const { raw } = this
    const execute = raw.execute.bind(raw)
    raw.execute = (seq, timeUs, bytes, from, until, out) => {
      mustBeSound(toHex(bytes.subarray(from + ID.from, from + ID.until)))
      execute(seq, timeUs, bytes, from, until, out)
    }
  }

  override execute(entry: Parameters<Sound['execute']>[0]): ReturnType<Sound['execute']> {
    mustBeSound(entry.envelope.id)
    return super.execute(entry)
  }
}

function mustBeSound(id: string): void {
  const path = process.env['SUAN_TEST_POISON'] ?? ''
  const ids = existsSync(path) ? readFileSync(path, 'utf8') : ''
  assert(!ids.includes(id), 'a planted fault')
}
