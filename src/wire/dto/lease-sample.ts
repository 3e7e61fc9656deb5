import { Count, Id, Nullable, Shape, Time, type Static } from '../schema.ts'

/** What a lease has used since it is ready and what it holds now, as its machine counts; it bills nothing. */
export const LeaseSample = Shape({
  lease_id: Id('lease'),
  /** when the exchange heard of it */
  at: Time,
  cpu_us: Count,
  /** for want of more processor time than was bought; null where it is not counted */
  throttled_us: Nullable(Count),
  /** now; null where only the peak is known */
  memory_mib: Nullable(Count),
  memory_peak_mib: Count,
})
export type LeaseSample = Static<typeof LeaseSample>
