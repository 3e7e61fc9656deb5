/** What differs between the versions of Slurm's REST API, and the same for all beyond this file. */
import { Fault } from '../../messages/index.ts'

/** A batch job to submit. */
export interface JobRequest {
  /** equal to its comment in all that matters; both find it again */
  readonly name: string
  readonly comment: string
  readonly account: string
  readonly partition: string
  readonly reservation: string | null
  /** node that it must run on */
  readonly node: string
  readonly cores: number
  readonly memoryMib: number
  readonly minutes: number
  /** nobody else's job on its node meanwhile */
  readonly exclusive: boolean
  readonly directory: string
  readonly output: string
  readonly errors: string
  readonly script: string
}

/** A job as the controller has it. */
export interface Job {
  readonly id: number
  readonly name: string
  readonly comment: string
  readonly account: string
  /** base state, or COMPLETING while its processes are being ended */
  readonly state: string
  readonly reason: string
  /** as shells count: 128 + signal */
  readonly exitCode: number
}

/** What accounting says of a job and of all its steps together. */
export interface AccountedJob extends Omit<Job, 'reason'> {
  readonly submittedSeconds: number
  readonly cpuUs: number
  readonly memoryPeakBytes: number
}

/** One version of the API: how it is asked, and what its answers mean. */
export interface RestVersion {
  readonly name: string
  readonly submit: (job: JobRequest) => unknown
  /** query of DELETE /job/{id} that sends a signal to all processes of a job */
  readonly signalQuery: (signal: string) => string
}

/** A number that is always there (22.05), or one that may be unset or infinite (from 23.02 on). */
type Plain = 'plain' | 'struct'

interface Shape {
  readonly numbers: Plain
  readonly environment: 'map' | 'list'
  /** 22.05 knows `requeue` but takes every value of it for true; `no_requeue` works there */
  readonly noRequeue: Readonly<Record<string, boolean>>
  /** 22.05 refuses to be told a node by REST: there the reservation says it */
  readonly nodes: boolean
  readonly fullJobFlag: boolean
  /** the script is a field of the job, or beside it */
  readonly script: 'of the job' | 'beside it'
  readonly wholeNode: Readonly<Record<string, unknown>>
}

const V22: Shape = {
  numbers: 'plain',
  environment: 'map',
  noRequeue: { no_requeue: true },
  nodes: false,
  fullJobFlag: false,
  script: 'beside it',
  wholeNode: { exclusive: 'exclusive' },
}
const V23: Shape = {
  numbers: 'struct',
  environment: 'list',
  noRequeue: { requeue: false },
  nodes: true,
  fullJobFlag: false,
  script: 'beside it',
  wholeNode: { shared: ['none'] },
}
const V24: Shape = { ...V23, fullJobFlag: true, script: 'of the job' }

/** Best first. Those above v0.0.38 follow the documentation and never met a real cluster here. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'v0.0.45': V24,
  'v0.0.44': V24,
  'v0.0.43': V24,
  'v0.0.42': V24,
  'v0.0.41': V24,
  'v0.0.40': V24,
  'v0.0.39': V23,
  'v0.0.38': V22,
  'v0.0.37': V22,
  'v0.0.36': V22,
}

/** Versions that are known here, best first. */
export const VERSIONS: readonly RestVersion[] = Object.entries(SHAPES).map(([name, shape]) => ({
  name,
  submit: (job) => submitBody(shape, job),
  signalQuery: (signal) => `signal=${signal}${shape.fullJobFlag ? '&flags=FULL_JOB' : ''}`,
}))

/**
 * The best known version that a cluster serves, from its `GET /openapi/v3`.
 * Throws Fault SLURM_VERSION when there is none.
 */
export function chooseVersion(openapi: unknown): RestVersion {
  const { paths } = (openapi ?? {}) as { paths?: Readonly<Record<string, unknown>> }
  const served = new Set(
    Object.keys(paths ?? {}).flatMap((path) => /^\/slurm\/(v[\d.]+)\//.exec(path)?.[1] ?? []),
  )
  const found = VERSIONS.find(({ name }) => served.has(name))
  if (found !== undefined) return found
  throw new Fault('SLURM_VERSION', {
    retryable: false,
    facts: { served: [...served].sort().join(' ') || 'none' },
  })
}

/** The script sets everything that the program may rely on; Slurm itself wants some environment. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin' }

function submitBody(shape: Shape, job: JobRequest): unknown {
  const number = (value: number) =>
    shape.numbers === 'plain' ? value : { set: true, infinite: false, number: value }
  const list = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`)
  const { script } = job
  return {
    ...(shape.script === 'beside it' ? { script } : {}),
    job: {
      ...(shape.script === 'of the job' ? { script } : {}),
      name: job.name,
      comment: job.comment,
      account: job.account,
      partition: job.partition,
      ...(job.reservation === null ? {} : { reservation: job.reservation }),
      ...(shape.nodes ? { required_nodes: [job.node] } : {}),
      tasks: 1,
      cpus_per_task: job.cores,
      memory_per_node: number(job.memoryMib),
      time_limit: number(job.minutes),
      ...shape.noRequeue,
      ...(job.exclusive ? shape.wholeNode : {}),
      current_working_directory: job.directory,
      environment: shape.environment === 'map' ? ENVIRONMENT : list,
      standard_output: job.output,
      standard_error: job.errors,
    },
  }
}
