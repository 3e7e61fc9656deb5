/** Reads the answers of slurmrestd, whose fields are plain in old versions and wrapped in new ones. */
import type { AccountedJob, Job } from './versions.ts'

type Fields = Readonly<Record<string, unknown>>

/** The jobs of an answer of `/slurm/…/job/{id}` or `/slurm/…/jobs`. */
export function jobsOf(answer: unknown): Job[] {
  return list(fields(answer)['jobs']).map((each) => {
    const job = fields(each)
    return {
      id: number(job['job_id']),
      name: word(job['name']),
      comment: word(job['comment']),
      account: word(job['account']),
      state: stateOf(words(job['job_state'])),
      reason: word(job['state_reason']),
      exitCode: exitCodeOf(job['exit_code']),
    }
  })
}

/** The jobs of an answer of `/slurmdb/…/jobs`, each with the sums over its steps. */
export function accountedJobsOf(answer: unknown): AccountedJob[] {
  return list(fields(answer)['jobs']).map((each) => {
    const job = fields(each)
    const steps = list(job['steps']).map(fields)
    const time = fields(job['time'])
    const comment = job['comment']
    const ofSteps = steps.reduce(
      (sum, step) => sum + microseconds(fields(step['time'])['total']),
      0,
    )
    return {
      id: number(job['job_id']),
      name: word(job['name']),
      comment: typeof comment === 'object' ? word(fields(comment)['job']) : word(comment),
      account: word(job['account']),
      state: stateOf(words(fields(job['state'])['current'])),
      exitCode: exitCodeOf(job['exit_code']),
      submittedSeconds: number(time['submission']),
      // The job's own sum comes late in 22.05; its steps have theirs as soon as they end.
      cpuUs: Math.max(microseconds(time['total']), ofSteps),
      memoryPeakBytes: Math.max(0, ...steps.map(peakOf)),
    }
  })
}

/** Nodes of `/slurm/…/nodes`: what a machine of the cluster has. */
export interface SlurmNode {
  readonly name: string
  readonly hostname: string
  readonly cores: number
  readonly memoryMib: number
  readonly partitions: readonly string[]
  readonly states: readonly string[]
}

/** The machines of an answer of `/slurm/…/nodes`. */
export function nodesOf(answer: unknown): SlurmNode[] {
  return list(fields(answer)['nodes']).map((each) => {
    const node = fields(each)
    return {
      name: word(node['name']),
      hostname: word(node['hostname']),
      cores: number(node['cpus']),
      memoryMib: number(node['real_memory']),
      partitions: words(node['partitions']),
      states: words(node['state']),
    }
  })
}

/** What went wrong, in Slurm's own words; null when nothing did. */
export function errorsOf(answer: unknown): string | null {
  const errors = list(fields(answer)['errors']).map(fields)
  if (errors.length === 0) return null
  return errors
    .map((each) => [word(each['description']), word(each['error'])].filter(Boolean).join(': '))
    .join('; ')
}

/** Slurm's own numbers of the errors of an answer. */
export function errorNumbersOf(answer: unknown): number[] {
  return list(fields(answer)['errors']).map((each) => number(fields(each)['error_number']))
}

/** From v0.0.40 on there are several: the base state and what happens to it. */
function stateOf(states: readonly string[]): string {
  return states.includes('COMPLETING') ? 'COMPLETING' : (states[0] ?? '')
}

/** A wait status (22.05: 256 times the code, or the signal), or an object of both. */
function exitCodeOf(value: unknown): number {
  if (typeof value === 'number') return (value & 0x7f) > 0 ? 128 + (value & 0x7f) : value >> 8
  const { return_code: code, signal } = fields(value) as { return_code?: unknown; signal?: unknown }
  const { id, signal_id: old } = fields(signal) as { id?: unknown; signal_id?: unknown }
  const number_ = number(id ?? old)
  return number_ > 0 ? 128 + number_ : number(code)
}

/** Peak memory of a step: `requested` is what Slurm's answers call the use of the inputs. */
function peakOf(step: Fields): number {
  const { max } = fields(fields(step['tres'])['requested']) as { max?: unknown }
  return Math.max(
    0,
    ...list(max)
      .map(fields)
      .map((each) => (each['type'] === 'mem' ? number(each['count']) : 0)),
  )
}

function microseconds(value: unknown): number {
  const time = fields(value)
  return number(time['seconds']) * 1_000_000 + number(time['microseconds'])
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A plain number, or one wrapped as `{set, infinite, number}`; 0 for one that is not set. */
function number(value: unknown): number {
  if (typeof value === 'number') return value
  const wrapped = fields(value)
  return wrapped['set'] !== false && typeof wrapped['number'] === 'number' ? wrapped['number'] : 0
}

function words(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : value.split(/[,+]/)
  return list(value).filter((each) => typeof each === 'string')
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
