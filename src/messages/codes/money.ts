/** Of money: funds, budgets, postings. */
import { code, type CodeText } from './code.ts'

export const MONEY_CODES = {
  INSUFFICIENT_FUNDS: code(
    402,
    true,
    'LED-001',
    'This needs {needed} {asset}; {available} {asset} is free. Deposit money or ask for less.',
    '需要 {needed} {asset}，可用 {available} {asset}。请充值或减少数量。',
  ),
  BUDGET_EXCEEDED: code(
    402,
    true,
    'LED-002',
    'The {scope} budget of {limit} would be passed: {used} used, {needed} needed.',
    '将超出{scope}预算 {limit}：已用 {used}，还需 {needed}。',
  ),
  AMOUNT_INVALID: code(
    422,
    false,
    'LED-003',
    'The amount must be above zero and a multiple of {unit}.',
    '金额必须大于零且为 {unit} 的整数倍。',
  ),
  UNBALANCED: code(
    422,
    false,
    'LED-004',
    'The postings do not sum to zero for {asset}.',
    '{asset} 的分录合计不为零。',
  ),
  BALANCE_NEGATIVE: code(
    422,
    true,
    'LED-005',
    'A balance would fall below zero.',
    '余额将小于零。',
  ),
  WITHDRAWAL_CLOSED: code(
    409,
    false,
    'LED-006',
    'The withdrawal is settled already.',
    '该提款已结清。',
  ),
} as const satisfies Record<string, CodeText>
