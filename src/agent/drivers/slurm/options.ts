import type { SlurmAccess } from '../../slurm/access.ts'

/** Which part of which cluster a node of the exchange is. */
export interface SlurmOptions extends SlurmAccess {
  readonly partition: string
  /** the cluster's node that is sold; null where the partition has only one */
  readonly node: string | null
  /** whole nodes only: nobody else's job runs beside a buyer's */
  readonly exclusive: boolean
}
