/** Chart of accounts (spec/finance.md section 6.2). `owner` of a balance is named beside each code. */
export const CHART = {
  /** A: money at the bank; owner 0 */
  BANK: 1000,
  /** L: free money; owner account */
  AVAILABLE: 2000,
  /** L: held for orders; owner account */
  HOLD: 2010,
  /** L: principal of a lease not yet earned; owner lease */
  LEASE_ESCROW: 2020,
  /** L: buyer's fee of a lease not yet earned; owner lease */
  FEE_ESCROW: 2025,
  /** L: earned, resting for the retention time; owner account */
  EARNED: 2060,
  /** L: on its way to the bank; owner account */
  WITHDRAWAL: 2400,
  /** E: the operator's own money; owner 0 */
  EQUITY: 3000,
  /** R: fees from buyers; owner 0 */
  FEES: 4000,
  /** R: commission from sellers; owner 0 */
  COMMISSION: 4100,
} as const
export type ChartCode = (typeof CHART)[keyof typeof CHART]

/** Codes whose credit balance may never fall below zero. */
export const NEVER_NEGATIVE: ReadonlySet<number> = new Set([
  CHART.AVAILABLE,
  CHART.HOLD,
  CHART.LEASE_ESCROW,
  CHART.FEE_ESCROW,
  CHART.EARNED,
  CHART.WITHDRAWAL,
])
