import { request } from 'node:http'
import { Fault } from '../../messages/index.ts'
import { EngineError } from '../container/engine.ts'
import type { SlurmAccess } from './access.ts'
import {
  accountedJobsOf,
  errorNumbersOf,
  errorsOf,
  jobsOf,
  nodesOf,
  type SlurmNode,
} from './answers.ts'
import { tokenOf } from './token.ts'
import {
  chooseVersion,
  type AccountedJob,
  type Job,
  type JobRequest,
  type RestVersion,
} from './versions.ts'

const TIMEOUT_MS = 30_000
/** Slurm's own numbers (slurm_errno.h). */
const INVALID_JOB_ID = 2017
const ALREADY_DONE = 2021
const PENDING = 2020
const NOTHING_FOUND = 9003

/**
 * A small client of slurmrestd. Calls reject with EngineError for what Slurm refuses, with Fault
 * ENGINE_UNREACHABLE, SLURM_TOKEN or SLURM_VERSION else.
 */
export class Slurm {
  readonly #access: SlurmAccess
  #version: Promise<RestVersion> | null = null

  constructor(access: SlurmAccess) {
    this.#access = access
  }

  /** Found out once; again after a failure. */
  async version(): Promise<RestVersion> {
    this.#version ??= this.#call('GET', '/openapi/v3').then(({ answer }) => chooseVersion(answer))
    try {
      return await this.#version
    } catch (error) {
      this.#version = null
      throw error
    }
  }

  /** Release of the controller that answers, as `22.05.8`. */
  async release(): Promise<string> {
    const answer = (await this.#slurm('GET', '/ping')) as {
      meta?: { Slurm?: { release?: string }; slurm?: { release?: string } }
    }
    return answer.meta?.slurm?.release ?? answer.meta?.Slurm?.release ?? ''
  }

  /** The new job's number. */
  async submit(job: JobRequest): Promise<number> {
    const version = await this.version()
    const answer = await this.#slurm('POST', '/job/submit', version.submit(job))
    const { job_id: id } = answer as { job_id?: number }
    if (id === undefined || id === 0) throw new EngineError(500, 'no job number was given')
    return id
  }

  /** null when the controller knows it no more, or never did. */
  async job(id: number): Promise<Job | null> {
    const answer = await this.#slurm('GET', `/job/${id}`, undefined, [INVALID_JOB_ID])
    return jobsOf(answer).find((job) => job.id === id) ?? null
  }

  /** All jobs that the controller has. */
  async jobs(): Promise<Job[]> {
    return jobsOf(await this.#slurm('GET', '/jobs'))
  }

  /** Sends a signal to all processes of a job; false for one that waits and has none. */
  async signal(id: number, signal: string): Promise<boolean> {
    const { signalQuery } = await this.version()
    const ignored = [INVALID_JOB_ID, ALREADY_DONE, PENDING]
    const answer = await this.#slurm(
      'DELETE',
      `/job/${id}?${signalQuery(signal)}`,
      undefined,
      ignored,
    )
    return !errorNumbersOf(answer).includes(PENDING)
  }

  /** Takes a job from the queue, or ends one that runs: without asking its script first. */
  async cancel(id: number): Promise<void> {
    await this.#slurm('DELETE', `/job/${id}`, undefined, [INVALID_JOB_ID, ALREADY_DONE])
  }

  async nodes(): Promise<SlurmNode[]> {
    return nodesOf(await this.#slurm('GET', '/nodes'))
  }

  /** What accounting has of one job; null before it heard of it, some tenths of a second. */
  async accountedJob(id: number): Promise<AccountedJob | null> {
    const { name } = await this.version()
    const path = `/slurmdb/${name}/job/${id}`
    const { answer } = await this.#call('GET', path, undefined, [NOTHING_FOUND])
    return accountedJobsOf(answer).find((job) => job.id === id) ?? null
  }

  /** What accounting has of all jobs of an account; of the last seconds' it may know nothing yet. */
  async accountedJobs(account: string): Promise<AccountedJob[]> {
    const { name } = await this.version()
    // Without a time it looks no further back than midnight.
    const query = `account=${encodeURIComponent(account)}&start_time=2020-01-01`
    const path = `/slurmdb/${name}/jobs?${query}`
    return accountedJobsOf((await this.#call('GET', path, undefined, [NOTHING_FOUND])).answer)
  }

  async #slurm(method: string, path: string, body?: unknown, ignored: readonly number[] = []) {
    const { name } = await this.version()
    return (await this.#call(method, `/slurm/${name}${path}`, body, ignored)).answer
  }

  async #call(
    method: string,
    path: string,
    body?: unknown,
    ignored: readonly number[] = [],
  ): Promise<{ answer: unknown }> {
    const { status, text } = await this.#send(method, path, body)
    const answer = parsed(status, text)
    const errors = errorsOf(answer)
    if (errors === null && status < 400) return { answer }
    const numbers = errorNumbersOf(answer)
    if (numbers.length > 0 && numbers.every((each) => ignored.includes(each))) return { answer }
    throw new EngineError(status, errors ?? `${status}: ${text.slice(0, 200)}`)
  }

  async #send(
    method: string,
    path: string,
    body: unknown,
  ): Promise<{ status: number; text: string }> {
    const { user } = this.#access
    const headers = {
      'x-slurm-user-name': user,
      'x-slurm-user-token': tokenOf(this.#access),
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => reject(new Fault('ENGINE_UNREACHABLE', { cause }))
      const where = targetOf(this.#access.url)
      const options = { ...where, method, path, headers, timeout: TIMEOUT_MS }
      const call = request(options, (response) => {
        const parts: Buffer[] = []
        response.on('data', (bytes: Buffer) => parts.push(bytes))
        response.once('error', fail)
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 500, text: Buffer.concat(parts).toString() })
        })
      })
      call.once('error', fail)
      call.once('timeout', () => call.destroy(new Error('slurmrestd does not answer')))
      call.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }
}

/** `http://host:port` or `unix:/path`; slurmrestd itself speaks no TLS. */
function targetOf(url: string): { socketPath: string } | { hostname: string; port: number } {
  if (url.startsWith('unix:')) return { socketPath: url.slice('unix:'.length) }
  const { hostname, port } = new URL(url)
  return { hostname, port: Number(port || 6820) }
}

function parsed(status: number, text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new EngineError(status, text.slice(0, 200))
  }
}
