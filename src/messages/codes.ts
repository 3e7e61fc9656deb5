import { CHALLENGE_CODES } from './codes/challenge.ts'
import type { CodeText } from './codes/code.ts'
import { DELIVERY_CODES } from './codes/delivery.ts'
import { DISPUTE_CODES } from './codes/disputes.ts'
import { DOOR_CODES } from './codes/door.ts'
import { ENVIRONMENT_CODES } from './codes/environment.ts'
import { MARKET_CODES } from './codes/market.ts'
import { MONEY_CODES } from './codes/money.ts'
import { SLA_CODES } from './codes/sla.ts'

export type { CodeText } from './codes/code.ts'

/**
 * Every code that a person or program can meet, in order of precedence: where several would apply,
 * the earliest is given. `rule` cites docs/rulebook. Texts take facts in `{braces}` and say what to do.
 */
export const CODES = {
  ...DOOR_CODES,
  ...MARKET_CODES,
  ...MONEY_CODES,
  ...DELIVERY_CODES,
  ...SLA_CODES,
  ...CHALLENGE_CODES,
  ...DISPUTE_CODES,
  ...ENVIRONMENT_CODES,
} as const satisfies Record<string, CodeText>
export type Code = keyof typeof CODES
