/** The exchange with a fault of the program in it: commands whose ids a file lists trip an assert. */
import { existsSync, readFileSync } from 'node:fs'
import { Exchange as Sound } from '../../src/exchange/index.ts'
import { assert } from '../../src/kernel/index.ts'

export * from '../../src/exchange/index.ts'

export class Exchange extends Sound {
  override execute(entry: Parameters<Sound['execute']>[0]): ReturnType<Sound['execute']> {
    const path = process.env['SUAN_TEST_POISON'] ?? ''
    const ids = existsSync(path) ? readFileSync(path, 'utf8') : ''
    assert(!ids.includes(entry.envelope.id), 'a planted fault')
    return super.execute(entry)
  }
}
