import { endpoints } from '../endpoint.ts'
import {
  Closed,
  Count,
  Id,
  ListOf,
  Optional,
  PageOf,
  Text,
  Written,
  minSeq,
  ofAccount,
  pageQuery,
} from '../schema.ts'
import {
  Balance,
  Budget,
  BudgetBody,
  BudgetQuery,
  EarningLine,
  LedgerLine,
  TransferBody,
  UsageLine,
  Withdrawn,
  WithdrawalBody,
} from '../dto/money.ts'
import { FaucetBody } from '../dto/admin.ts'

const define = endpoints('money')

export const moneyEndpoints = {
  listBalances: define('GET /v1/balances', {
    access: 'read',
    summary: 'Money of an account: free, held, escrowed, earned, on its way out',
    query: Closed({ ...ofAccount }),
    response: ListOf(Balance),
  }),
  listLedger: define('GET /v1/ledger', {
    access: 'read',
    summary: 'Double-entry lines of an account and of its leases, newest first',
    query: Closed({
      currency: Optional(Text()),
      after_seq: Optional(Count),
      ...pageQuery,
      ...minSeq,
      ...ofAccount,
    }),
    response: PageOf(LedgerLine),
  }),
  transfer: define('POST /v1/transfers', {
    access: 'transfer',
    summary: 'Move free money to another account of the same member',
    body: TransferBody,
    response: Written,
  }),
  withdraw: define('POST /v1/withdrawals', {
    access: 'withdraw',
    summary: 'Ask for money to be paid out',
    body: WithdrawalBody,
    response: Withdrawn,
  }),
  listBudgets: define('GET /v1/budgets', {
    access: 'read',
    summary: 'Hard caps on spending',
    query: Closed({ ...ofAccount }),
    response: ListOf(Budget),
  }),
  setBudget: define('PUT /v1/budgets', {
    access: 'keys',
    summary: 'Set a hard cap on spent + held + escrowed',
    body: BudgetBody,
    response: Written,
  }),
  removeBudget: define('DELETE /v1/budgets', {
    access: 'keys',
    summary: 'Remove a cap',
    query: BudgetQuery,
    response: Written,
  }),
  listUsage: define('GET /v1/usage', {
    access: 'read',
    summary: 'Every lease bought: seconds, cost, energy of the processor',
    query: Closed({
      allocation_id: Optional(Id('allocation')),
      ...pageQuery,
      ...minSeq,
      ...ofAccount,
    }),
    response: PageOf(UsageLine),
  }),
  listEarnings: define('GET /v1/earnings', {
    access: 'read',
    summary: 'Every lease sold: seconds, bill, commission',
    query: Closed({
      node_id: Optional(Id('node')),
      ...pageQuery,
      ...minSeq,
      ...ofAccount,
    }),
    response: PageOf(EarningLine),
  }),
  faucet: define('POST /v1/sandbox/faucet', {
    access: 'trade',
    summary: 'Play money; only where the legal mode is SIMULATED',
    body: FaucetBody,
    response: Written,
  }),
} as const
