import { CHART, CNY, LIMITS, refuse, type CommandKind, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import { checkFound } from '../members/rights.ts'
import type { MembersDesk } from '../members/members.ts'
import { refuseUnlessApproved } from '../members/proposals.ts'
import type { Rule } from '../rule.ts'
import type { Counters } from '../table.ts'
import { checkBudgetRaise, checkBudgetSubject } from './budget-checks.ts'
import type { BudgetDesk } from './budgets.ts'
import {
  checkCorrectionBalances,
  checkCorrectionLines,
  checkCorrectionSums,
} from './correction-checks.ts'
import { checkFunds, checkRoom, moneyText } from './funds.ts'
import type { LedgerDesk } from './ledger.ts'

/** What the ledger desk's rules see. */
export interface LedgerState {
  readonly counters: Counters
  readonly members: MembersDesk
  readonly ledger: LedgerDesk
  readonly budgets: BudgetDesk
}
type LedgerCommand = Extract<
  CommandKind,
  'Deposit' | 'Transfer' | 'RequestWithdrawal' | 'SettleWithdrawal' | 'SetBudget' | 'PostCorrection'
>

const BANK = { code: CHART.BANK, owner: 0 }

/** Lines of the check table that are the ledger desk's own. Postings: spec/finance.md section 6.3. */
export const ledgerRules: { readonly [K in LedgerCommand]: Rule<K, LedgerState> } = {
  Deposit: {
    scope: 'admin',
    checks: [
      ({ members }, _actor, c) => checkFound(members.account(c.account), 'account', c.account),
      (_x, _actor, c) => checkAsset(c.asset),
      (_x, _actor, c) => checkAmount(c.amountMicro, LIMITS.withdrawalUnitMicro),
      ({ ledger }, _actor, c) => checkRoom(ledger, c.asset, c.amountMicro),
    ],
    apply: ({ ledger }, ctx, { account, asset, amountMicro }) => {
      const to = { code: CHART.AVAILABLE, owner: account }
      ledger.move(ctx, { rule: 'LED-010', subject: account, from: BANK, to, asset, amountMicro })
    },
  },
  Transfer: {
    scope: 'transfer',
    checks: [
      ({ members }, _actor, c) => checkFound(members.account(c.to), 'account', c.to),
      ({ members }, actor, c) => checkSameMember(members, actor, c.to),
      (_x, _actor, c) => checkAmount(c.amountMicro, 1n),
      ({ ledger }, actor, c) => checkFunds(ledger, actor.account, c.amountMicro, c.asset),
    ],
    apply: ({ ledger }, ctx, { to, asset, amountMicro }) =>
      ledger.move(ctx, {
        rule: 'LED-011',
        subject: to,
        from: { code: CHART.AVAILABLE, owner: ctx.account },
        to: { code: CHART.AVAILABLE, owner: to },
        asset,
        amountMicro,
      }),
  },
  RequestWithdrawal: {
    scope: 'withdraw',
    checks: [
      (_x, _actor, c) => checkAsset(c.asset),
      (_x, _actor, c) => checkAmount(c.amountMicro, LIMITS.withdrawalUnitMicro),
      ({ ledger }, actor, c) => checkFunds(ledger, actor.account, c.amountMicro, c.asset),
    ],
    apply: ({ ledger }, ctx, { asset, amountMicro }) => {
      const { withdrawal } = ledger.withdrawals.open(ctx.account, asset, amountMicro)
      const from = { code: CHART.AVAILABLE, owner: ctx.account }
      const to = { code: CHART.WITHDRAWAL, owner: ctx.account }
      ledger.move(ctx, { rule: 'LED-012', subject: withdrawal, from, to, asset, amountMicro })
      const { account } = ctx
      ctx.emit({ kind: 'WithdrawalRequested', withdrawal, account, asset, amountMicro })
    },
  },
  SettleWithdrawal: {
    scope: 'admin',
    checks: [
      ({ ledger }, _actor, c) =>
        checkFound(ledger.withdrawals.get(c.withdrawal), 'withdrawal', c.withdrawal),
      ({ ledger }, _actor, c) =>
        ledger.withdrawals.get(c.withdrawal)?.status === 'waiting'
          ? null
          : refuse('WITHDRAWAL_CLOSED'),
    ],
    apply: ({ ledger }, ctx, { withdrawal, confirmed }) => {
      const { account, asset, amountMicro } = ledger.withdrawals.settle(withdrawal, confirmed)
      const from = { code: CHART.WITHDRAWAL, owner: account }
      const to = confirmed ? BANK : { code: CHART.AVAILABLE, owner: account }
      ledger.move(ctx, { rule: 'LED-013', subject: withdrawal, from, to, asset, amountMicro })
      ctx.emit({ kind: 'WithdrawalSettled', withdrawal, confirmed })
    },
  },
  SetBudget: {
    scope: 'keys',
    checks: [
      ({ members }, actor, c) => checkBudgetSubject(members, actor, c),
      (_x, _actor, c) =>
        c.limitMicro !== null && c.limitMicro < 0n
          ? refuse('FIELD_INVALID', { field: 'limitMicro', why: 'below zero' })
          : null,
      (x, actor, c) => checkBudgetRaise(x, actor, c),
    ],
    apply: ({ budgets }, ctx, c) => budgets.setBudget(ctx, c),
  },
  PostCorrection: {
    scope: 'admin',
    checks: [
      (_x, actor) => refuseUnlessApproved(actor),
      ({ members }, _actor, c) => checkCorrectionLines(members, c.postings),
      (_x, _actor, c) => checkCorrectionSums(c.postings),
      ({ ledger }, _actor, c) => checkCorrectionBalances(ledger, c.postings),
    ],
    apply: ({ counters, ledger }, ctx, { postings }) =>
      ledger.post(ctx, { rule: 'LED-015', subject: counters.next('correction'), postings }),
  },
}

/** Money from and to the bank is CNY; other assets come with the desks that issue them. */
function checkAsset(asset: string): Refusal | null {
  return asset === CNY ? null : refuse('FIELD_INVALID', { field: 'asset', why: `only ${CNY}` })
}

function checkAmount(amountMicro: bigint, unitMicro: bigint): Refusal | null {
  if (amountMicro > 0n && amountMicro % unitMicro === 0n) return null
  return refuse('AMOUNT_INVALID', { unit: moneyText(unitMicro) })
}

function checkSameMember(members: MembersDesk, actor: Actor, to: number): Refusal | null {
  const from = members.account(actor.account)
  if (from === undefined || from.member !== members.memberOf(to)) return refuse('FORBIDDEN')
  if (to !== actor.account) return null
  return refuse('FIELD_INVALID', { field: 'to', why: 'the account itself' })
}
