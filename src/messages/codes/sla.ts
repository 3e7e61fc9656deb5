/** Of promises of delivery. */
import { code, type CodeText } from './code.ts'

export const SLA_CODES = {
  SLA_UNKNOWN: code(
    404,
    false,
    'SLA-001',
    'There is no promise {id}, or the lease was opened without one.',
    '没有服务等级 {id}，或该租约未附服务等级。',
  ),
  VOTE_LATE: code(
    409,
    false,
    'SLA-006',
    'Minute {minute} of lease {lease} can no longer be reported: an hour has passed, or it is settled.',
    '租约 {lease} 的第 {minute} 分钟已不能再报告：已过一小时，或已结算。',
  ),
  NOT_INDEPENDENT: code(
    403,
    false,
    'SLA-005',
    'A prober may not belong to the buyer or the seller of lease {lease}.',
    '监测方不得属于租约 {lease} 的买方或卖方。',
  ),
} as const satisfies Record<string, CodeText>
