import type { LeaseRow } from '../../messages/index.ts'
import {
  CURRENCY,
  idOf,
  toBalance,
  toBudget,
  toEarningLine,
  toLedgerLine,
  toUsageLine,
  type EndpointGroups,
} from '../../wire/index.ts'
import type { Handlers } from '../handler.ts'
import { accountOf, caughtUp, mustMoney, mustNumber, numberOrNull } from '../inputs.ts'
import { pageArgs, toPage } from '../inputs.ts'
import { malformed, refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { eventOf, submit, submitAsExchange, written } from '../submit.ts'

/** The most that one call of the faucet gives: CNY 10,000. */
const FAUCET_MICRO = 10_000_000_000n

export function moneyHandlers(services: Services): Pick<Handlers, EndpointGroups['money']> {
  const { door, catalog, readModels } = services
  const symbolOf = async () => {
    const { instruments } = await catalog.goods()
    return (row: LeaseRow) => instruments.get(row.instrument)?.symbol ?? ''
  }
  return {
    listBalances: async ({ caller, query }) => {
      const account = await accountOf(services, caller, query.account_id)
      const views = await door.ask('balances', { account })
      return { data: views.map((view) => toBalance(account, view)) }
    },
    listLedger: async ({ caller, query }) => {
      await caughtUp(services, query)
      const account = await accountOf(services, caller, query.account_id)
      const asset = query.currency ?? null
      const rows = await readModels.ledgerLines({ ...pageArgs(query), account, asset })
      return toPage(rows, query, { positionOf: (row) => row.line, map: toLedgerLine })
    },
    transfer: async (incoming) => {
      const { to_account_id: to, amount, currency } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'Transfer',
        to: mustNumber('account', to),
        asset: currency,
        amountMicro: mustMoney('amount', amount),
      })
      return written(reply)
    },
    withdraw: async (incoming) => {
      const { amount, currency } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'RequestWithdrawal',
        asset: currency,
        amountMicro: mustMoney('amount', amount),
      })
      const { withdrawal } = eventOf(reply, 'WithdrawalRequested')
      return { ...written(reply), withdrawal_id: idOf('withdrawal', withdrawal) }
    },
    listBudgets: async ({ caller, query }) => {
      const account = await accountOf(services, caller, query.account_id)
      return { data: (await door.ask('budgets', { account })).map(toBudget) }
    },
    setBudget: async (incoming) => {
      const { scope, subject_id: id, period, limit } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'SetBudget',
        scope,
        subject: mustNumber(scope, id),
        period,
        limitMicro: mustMoney('limit', limit),
      })
      return written(reply)
    },
    removeBudget: async (incoming) => {
      const { scope, subject_id: id, period } = incoming.query
      const subject = mustNumber(scope, id)
      const command = { kind: 'SetBudget', scope, subject, period, limitMicro: null } as const
      return written(await submit(services, incoming, command))
    },
    listUsage: async ({ caller, query }) => {
      await caughtUp(services, query)
      const rows = await readModels.usage({
        ...pageArgs(query),
        account: await accountOf(services, caller, query.account_id),
        allocation: numberOrNull('allocation', query.allocation_id),
      })
      const symbol = await symbolOf()
      return toPage(rows, query, {
        positionOf: (row) => row.lease,
        map: (row) => toUsageLine(row, symbol(row)),
      })
    },
    listEarnings: async ({ caller, query }) => {
      await caughtUp(services, query)
      const rows = await readModels.earnings({
        ...pageArgs(query),
        account: await accountOf(services, caller, query.account_id),
        node: numberOrNull('node', query.node_id),
      })
      const symbol = await symbolOf()
      return toPage(rows, query, {
        positionOf: (row) => row.lease,
        map: (row) => toEarningLine(row, symbol(row)),
      })
    },
    faucet: async (incoming) => {
      const { mode } = await door.ask('status', {})
      if (mode !== 'SIMULATED') throw refused('SANDBOX_ONLY')
      const amountMicro = mustMoney('amount', incoming.body.amount)
      if (amountMicro > FAUCET_MICRO) {
        throw malformed({ field: 'amount', code: 'maximum', message: 'at most 10000 a call' })
      }
      const account = await accountOf(services, incoming.caller, incoming.body.account_id)
      const reply = await submitAsExchange(services, incoming, {
        kind: 'Deposit',
        account,
        asset: CURRENCY,
        amountMicro,
        reference: 'sandbox faucet',
      })
      return written(reply)
    },
  }
}
