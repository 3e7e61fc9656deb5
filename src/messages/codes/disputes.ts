/** Of meters that disagree. */
import { code, type CodeText } from './code.ts'

export const DISPUTE_CODES = {
  METER_LATE: code(
    409,
    false,
    'DSP-002',
    'The final bill of lease {lease} is made: readings no longer count.',
    '租约 {lease} 的最终账单已出，计量读数不再有效。',
  ),
  DISPUTE_CLOSED: code(409, false, 'DSP-009', 'Dispute {id} is decided.', '争议 {id} 已有裁定。'),
} as const satisfies Record<string, CodeText>
