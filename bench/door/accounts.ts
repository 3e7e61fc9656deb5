/** Members of a running sandbox, with money, a key and a market to trade in. */
import { randomBytes } from 'node:crypto'
import { assert } from '../../src/kernel/index.ts'
import { createClient } from '../../src/client/index.ts'
import { numberOf } from '../../src/wire/index.ts'
import type { SandboxServer } from '../server.ts'

/** A bid far below every offer: it rests until it is cancelled. */
export const ORDER = { symbol: 'CPU-S.C.LOCAL', side: 'buy', units: 1, price: '0.05' } as const

/** Bearer tokens of new buyers with money. */
export async function openBuyers(server: SandboxServer, count: number): Promise<string[]> {
  const operator = createClient({ baseUrl: server.url, token: server.token('operator') })
  return Promise.all(
    Array.from({ length: count }, async () => {
      const handle = `bench-${randomBytes(4).toString('hex')}`
      const opened = await operator.openMember({ body: { handle, roles: ['buyer'] } })
      const account = await operator.openAccount({ body: { member_id: opened.member_id, handle } })
      const { account_id } = account
      const key = await operator.issueKey({
        body: { label: 'bench', scopes: ['read', 'trade'], account_id },
      })
      await operator.deposit({ body: { account_id, amount: '1000000.00', currency: 'CNY' } })
      assert(typeof key.token === 'string', 'a new key has a token')
      return key.token
    }),
  )
}

/** The core's number of the instrument of ORDER. */
export async function instrumentNumber(server: SandboxServer): Promise<number> {
  const client = createClient({ baseUrl: server.url })
  const { id } = await client.getInstrument({ params: { symbol: ORDER.symbol } })
  const number = numberOf('instrument', id)
  assert(number !== null, 'an instrument has a number')
  return number
}
