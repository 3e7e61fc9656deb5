import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { EngineError } from '../container/engine.ts'
import type { SlurmAccess } from './access.ts'

const TIMEOUT_MS = 60_000
const run = promisify(execFile)

/** What an allocation is held to, and where. */
export interface AccountLimits {
  readonly cores: number
  readonly memoryMib: number
}

/** A part of one node that is kept free for one account. */
export interface Reservation {
  readonly name: string
  readonly account: string
  readonly partition: string
  readonly node: string
  readonly cores: number
  /** no other jobs on the node at all */
  readonly wholeNode: boolean
  /** `now`, or a time in seconds since 1970 */
  readonly start: number | 'now'
  readonly minutes: number
}

/**
 * What Slurm's REST API cannot do in the versions there are: accounts, limits, reservations, time
 * limits of running jobs. The daemon's own user must be an operator of the cluster and an
 * administrator of its accounting. Calls reject with EngineError.
 */
export class SlurmCommands {
  readonly #environment: Readonly<Record<string, string>>

  constructor(access: Pick<SlurmAccess, 'confFile'>) {
    this.#environment = {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      SLURM_CONF: access.confFile,
      // Times in its output and input are to mean one thing only.
      TZ: 'UTC',
      LC_ALL: 'C',
    }
  }

  /** Makes an account that a user may use up to these limits; doing it again changes nothing. */
  async openAccount(account: string, user: string, limits: AccountLimits): Promise<void> {
    const tres = `GrpTRES=cpu=${limits.cores},mem=${limits.memoryMib}`
    const known = await this.#ask('sacctmgr', [
      '-nP',
      'list',
      'assoc',
      `account=${account}`,
      'format=user,grptres',
    ])
    const rows = lines(known).map((line) => line.split('|'))
    if (!rows.some(([who]) => who === '')) {
      await this.#ask('sacctmgr', [
        '-i',
        'add',
        'account',
        account,
        'description=suan',
        'organization=suan',
        tres,
      ])
    }
    if (!rows.some(([who]) => who === user)) {
      await this.#ask('sacctmgr', ['-i', 'add', 'user', user, `account=${account}`])
    }
  }

  /** Limits of an account as accounting has them, as `cpu=1,mem=128M`; null when there is none. */
  async limitsOf(account: string): Promise<string | null> {
    const text = await this.#ask('sacctmgr', [
      '-nP',
      'list',
      'assoc',
      `account=${account}`,
      'format=user,grptres',
    ])
    return (
      lines(text)
        .map((line) => line.split('|'))
        .find(([who]) => who === '')?.[1] ?? null
    )
  }

  /** Removes an account with its associations; one that is gone is no error. */
  async closeAccount(account: string): Promise<void> {
    await this.#ask('sacctmgr', ['-i', 'delete', 'account', `name=${account}`], /nothing deleted/i)
  }

  /** Accounts whose names begin so. */
  async accounts(prefix: string): Promise<string[]> {
    const text = await this.#ask('sacctmgr', ['-nP', 'list', 'account', 'format=account'])
    return lines(text).filter((name) => name.startsWith(prefix))
  }

  /** Names of the reservations that begin so. */
  async reservations(prefix: string): Promise<string[]> {
    const text = await this.#ask('scontrol', ['-o', 'show', 'reservation'])
    const names = lines(text).flatMap((line) => /ReservationName=(\S+)/.exec(line)?.[1] ?? [])
    return names.filter((name) => name.startsWith(prefix))
  }

  async reserve(reservation: Reservation): Promise<void> {
    const { name, account, partition, node, cores, wholeNode, start, minutes } = reservation
    await this.#ask('scontrol', [
      'create',
      'reservation',
      `ReservationName=${name}`,
      `Accounts=${account}`,
      `PartitionName=${partition}`,
      `Nodes=${node}`,
      ...(wholeNode ? [] : [`CoreCnt=${cores}`]),
      `StartTime=${start === 'now' ? 'now' : timeOf(start)}`,
      `Duration=${minutes}`,
    ])
  }

  /** Lets a reservation end so many minutes from now. */
  async extendReservation(name: string, endSeconds: number): Promise<void> {
    await this.#ask('scontrol', [
      'update',
      `ReservationName=${name}`,
      `EndTime=${timeOf(endSeconds)}`,
    ])
  }

  /** One that is gone is no error. */
  async release(name: string): Promise<void> {
    await this.#ask('scontrol', ['delete', `ReservationName=${name}`], /invalid/i)
  }

  /** Lets a running job end then, in seconds since 1970; only an operator may put it off. */
  async setEnd(job: number, endSeconds: number): Promise<void> {
    await this.#ask('scontrol', ['update', `JobId=${job}`, `EndTime=${timeOf(endSeconds)}`], GONE)
  }

  /**
   * Signals a job's script alone. KILL ends it at once, and with it all that it started: a plain
   * cancel would first ask politely and wait for as long as KillWait says (30 s).
   */
  async signalScript(job: number, signal: 'KILL' | 'USR1'): Promise<void> {
    await this.#ask('scancel', ['--batch', `--signal=${signal}`, String(job)], GONE)
  }

  /** Numbers of the jobs of an account that wait, run or are ending. */
  async jobsOf(account: string): Promise<number[]> {
    const text = await this.#ask('squeue', ['-h', '-A', account, '-o', '%A'], /invalid account/i)
    return lines(text).map(Number)
  }

  /** What the steps of a running job have used until now; zeros when none runs. */
  async live(job: number): Promise<{ cpuUs: number; memoryPeakBytes: number }> {
    const text = await this.#ask(
      'sstat',
      ['-a', '-nP', '-j', String(job), '-o', 'AveCPU,NTasks,MaxRSS'],
      /no steps running|invalid job/i,
    )
    const steps = lines(text).map((line) => line.split('|'))
    return {
      cpuUs: steps.reduce((sum, [cpu, tasks]) => sum + durationUs(cpu ?? '') * Number(tasks), 0),
      memoryPeakBytes: Math.max(0, ...steps.map(([, , memory]) => sizeBytes(memory ?? ''))),
    }
  }

  /** `passed`: complaints that mean that there is nothing to do. */
  async #ask(program: string, words: readonly string[], passed?: RegExp): Promise<string> {
    try {
      const options = { env: this.#environment, timeout: TIMEOUT_MS }
      return (await run(program, [...words], options)).stdout
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
      const said = `${stderr}${stdout}`.trim()
      if (passed?.test(said) === true) return ''
      throw new EngineError(500, `${program}: ${said || error.message}`.slice(0, 400))
    }
  }
}

const GONE = /invalid job id|already (completing|completed|finished)|not running/i

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** The form that scontrol reads, in the zone that it was told. */
function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(0, 19)
}

/** `[days-]hours:minutes:seconds[.fraction]` in microseconds. */
export function durationUs(text: string): number {
  const found = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)(?:\.(\d+))?$/.exec(text)
  if (found === null) return 0
  const [days, hours, minutes, seconds] = found.slice(1, 5).map((part) => Number(part ?? 0))
  const whole = ((days ?? 0) * 24 + (hours ?? 0)) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)
  return whole * 1_000_000 + Number((found[5] ?? '').padEnd(6, '0').slice(0, 6))
}

/** `108K`, `1.5M` in bytes. */
export function sizeBytes(text: string): number {
  const found = /^([\d.]+)([KMGT]?)$/.exec(text)
  if (found === null) return 0
  const power = ['', 'K', 'M', 'G', 'T'].indexOf(found[2] ?? '')
  return Math.round(Number(found[1]) * 1_024 ** power)
}
