import { bool, i64, list, nullable, struct, u32, u53, type Infer } from '../../kernel/index.ts'
import { LIMITS, capacityFlag, selfTrade, side, workloadRef } from '../../messages/index.ts'

/**
 * A buyer's wish for another machine should this one be lost, with the terms of the order that it
 * repeats: the order itself may be forgotten by then.
 */
export const replacementRow = struct({
  allocation: u53,
  key: u32,
  ticks: u32,
  /** the same a unit-hour, for people */
  priceMicro: i64,
  /** machines that were lost before, or did not start */
  failedNodes: list(u32, LIMITS.startTries),
  account: u32,
  instrument: u32,
  side,
  allOrNone: bool,
  colocate: bool,
  minUnits: u32,
  selfTrade,
  horizonSeconds: u32,
  capMicro: nullable(i64),
  capacity: capacityFlag,
  onBehalfOf: nullable(u32),
  workload: nullable(workloadRef),
})
export type ReplacementRow = Infer<typeof replacementRow>
