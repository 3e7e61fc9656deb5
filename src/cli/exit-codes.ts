/** How a command ends (spec/interfaces.md section 3). `run` ends with the workload's own code. */
export const EXIT = {
  ok: 0,
  other: 1,
  /** wrong use, or a request that the exchange cannot accept as written */
  usage: 2,
  auth: 3,
  notFound: 4,
  /** not enough money, a budget or a limit */
  funds: 5,
  /** the market refused or did not fill: band, halt, fill-or-kill */
  market: 6,
  conflict: 7,
  /** the outcome is not known: send it again with the same id */
  unknown: 8,
  unavailable: 9,
  declined: 10,
  outOfMemory: 137,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const BY_CODE: Readonly<Record<string, ExitCode>> = {
  PRICE_BAND: EXIT.market,
  POST_ONLY_WOULD_CROSS: EXIT.market,
  MARKET_HALTED: EXIT.market,
  INSTRUMENT_DELISTED: EXIT.market,
  NODE_NOT_TRADABLE: EXIT.market,
  CAPACITY_INSUFFICIENT: EXIT.market,
  GRADE_MISSING: EXIT.market,
  NO_OFFER: EXIT.market,
  LIMIT_REACHED: EXIT.funds,
  BALANCE_NEGATIVE: EXIT.funds,
  STATUS_UNKNOWN: EXIT.unknown,
  UNREACHABLE: EXIT.unavailable,
  UNREADABLE: EXIT.other,
}

const BY_STATUS: Readonly<Record<number, ExitCode>> = {
  400: EXIT.usage,
  401: EXIT.auth,
  402: EXIT.funds,
  403: EXIT.auth,
  404: EXIT.notFound,
  409: EXIT.conflict,
  413: EXIT.funds,
  422: EXIT.usage,
  429: EXIT.funds,
  502: EXIT.unavailable,
  503: EXIT.unavailable,
  504: EXIT.unknown,
}

/** The exit code of a refused or failed call: by its code where one is named, else by its status. */
export function exitCodeOf(error: { readonly code: string; readonly status: number }): ExitCode {
  return BY_CODE[error.code] ?? BY_STATUS[error.status] ?? EXIT.other
}
