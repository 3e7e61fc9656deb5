import type { Answers } from '../messages/index.ts'
import type { Facts } from './compare.ts'

/** All that the read models are compared with, out of an engine's state that stands still. */
export function engineFacts(answers: Answers): Facts {
  const accounts = answers
    .members({})
    .flatMap(({ member }) => answers.accounts({ member }))
    .map(({ account }) => account)
  return {
    accounts: accounts.map((account) => ({ account, balances: answers.balances({ account }) })),
    orders: accounts.flatMap((account) => answers.openOrders({ account })),
    leases: accounts
      .flatMap((account) => answers.allocations({ account, open: false }))
      .flatMap(({ leases }) => leases),
  }
}
