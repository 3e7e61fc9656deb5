import type { ToolChoice } from '../../agent/index.ts'
import type { ToolOptions } from '../evaluate/tool-options.ts'

/** What `suan provider run` was told. */
export interface ProviderOptions extends ToolOptions {
  readonly data?: string
  readonly site?: string
  readonly hub?: string
  readonly name?: string
  readonly price?: string[]
  readonly driver?: string
  readonly kubernetes?: string | true
  readonly kubeNode?: string
  readonly kubeNodes?: string
  readonly courier?: string
  readonly slurm?: string
  readonly slurmConf?: string
  readonly slurmUser?: string
  readonly slurmPartition?: string
  readonly slurmNode?: string
  readonly slurmKey?: string
  readonly slurmToken?: string
  readonly slurmExclusive?: boolean
  readonly measureEvery?: string
  readonly keepLeases?: boolean
}

/** Options whose words were understood. */
export interface Plan extends Omit<ProviderOptions, 'tools'> {
  readonly tools: ToolChoice
  readonly everyDays: number
}
