/** `exec` and `dial` of Slurm jobs: a program beside a job is one more step of it. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Driver } from '../drivers/driver.ts'
import { jobFolderOf, readBeside, type Beside } from '../drivers/slurm/job-folder.ts'
import { ownerOf, type Owner } from '../drivers/slurm/folders.ts'
import { NO_CAPS } from '../drivers/oci/bubblewrap.ts'
import { findProgram } from '../inspect/engines.ts'
import { leasePaths, readExit } from '../lease-folder.ts'
import { knownJob } from '../run/start-job.ts'
import type { SlurmAccess } from '../slurm/access.ts'
import { besideContainerScript, besideNetworkScript } from '../slurm/container-script.ts'
import { besideScript } from '../slurm/script.ts'
import { dialByRelay } from './relay.ts'
import { processOf } from './runtime.ts'
import { noTunnel, type ExecSession, type Terminal } from './session.ts'
import { spawnSession } from './spawn-session.ts'

type Inside = Required<Pick<Driver, 'exec' | 'dial'>>

const run = promisify(execFile)

/** Programs beside jobs and connections to what they listen on, on their node's own loopback. */
export function jobInside(access: SlurmAccess): Inside {
  return {
    exec: async ({ folder }, workload, command, terminal) =>
      start(access, leasePaths(folder).workload(workload), terminal, (beside, step) =>
        programBeside(beside, step, command, terminal),
      ),
    dial: (allocation, workload, port) => {
      const workloadFolder = leasePaths(allocation.folder).workload(workload)
      return dialByRelay(
        (command) =>
          start(access, workloadFolder, null, (beside, step) =>
            // Of a container only the network is entered: its image need not have a shell.
            'container' in beside
              ? { script: besideNetworkScript(beside.container, command) }
              : programBeside(beside, step, command, null),
          ),
        port,
      )
    },
  }
}

/** What a step runs: a script, and a file that it reads. */
interface StepText {
  readonly script: string
  readonly description?: string
}

/** Files of a step, by the path that they begin with. */
const codeOf = (step: string): string => `${step}.code`
const descriptionOf = (step: string): string => `${step}.json`

function programBeside(
  beside: Beside,
  step: string,
  command: readonly string[],
  terminal: Terminal | null,
): StepText {
  if ('container' in beside) {
    const description = JSON.stringify(processOf(beside.container.bundle, command, terminal))
    const script = besideContainerScript(beside.container, descriptionOf(step), codeOf(step))
    return { script, description }
  }
  const environment = { ...(terminal === null ? {} : TERM), ...beside.program.environment }
  return { script: besideScript({ ...beside.program, command, environment }, codeOf(step)) }
}

/**
 * The words lie in a file, as a job's own do. srun is the job's user's: only that user's steps are
 * taken, and its environment is none of the buyer's.
 */
async function start(
  access: SlurmAccess,
  workloadFolder: string,
  terminal: Terminal | null,
  textOf: (beside: Beside, step: string) => StepText,
): Promise<ExecSession> {
  const folder = jobFolderOf(workloadFolder)
  const job = knownJob(folder)
  const runs = existsSync(join(folder, 'began')) && readExit(workloadFolder) === null
  if (job === null || !runs) throw noTunnel('it does not run on this machine')
  const srun = findProgram('srun')
  if (srun === null) throw noTunnel('this machine runs no programs beside a workload')
  const step = `suan-${randomBytes(6).toString('hex')}`
  const path = join(folder, step)
  const { script, description } = textOf(readBeside(workloadFolder), path)
  const owner = await ownerOf(access.user)
  writeFor(owner, path, script)
  if (description !== undefined) writeFor(owner, descriptionOf(path), description)
  const environment = { PATH: process.env['PATH'] ?? '', SLURM_CONF: access.confFile }
  const argv = [
    ...(await asUser(access.user)),
    srun,
    ...STEP,
    `--jobid=${job}`,
    `--job-name=${step}`,
    `--chdir=${folder}`,
    ...(terminal === null ? ['--unbuffered'] : ['--pty']),
    '/bin/sh',
    path,
  ]
  const session = await spawnSession({ argv, directory: '/', environment, joinFiles: [] }, terminal)
  const ended = session.ended.then((ofSrun) => {
    const code = readCode(codeOf(path))
    for (const file of [path, codeOf(path), descriptionOf(path)]) rmSync(file, { force: true })
    return code ?? ofSrun
  })
  return {
    ...session,
    ended,
    close: () => void cancel(job, step, environment).finally(() => session.close()),
  }
}

/** Beside the job's other steps, within what they have. */
const STEP = ['--quiet', '--overlap', '--ntasks=1', '--nodes=1', '--export=NONE', '--mem=0']
const TERM = { TERM: 'xterm-256color' }

/** The folder is the job's own: what is given away is this very file, whatever lies there then. */
function writeFor({ uid, gid }: Owner, path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    if (process.getuid?.() === 0) fchownSync(file, uid, gid)
  } finally {
    closeSync(file)
  }
}

/** null where the program did not come so far. The folder is the job's, so anything may lie there. */
function readCode(path: string): number | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  let file: number
  try {
    file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
  try {
    const bytes = Buffer.alloc(4)
    const text = bytes.toString('utf8', 0, readSync(file, bytes)).trim()
    return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : null
  } finally {
    closeSync(file)
  }
}

/** A daemon that is root becomes the job's user; any other is that user already. */
async function asUser(user: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return []
  const setpriv = findProgram('setpriv')
  if (setpriv === null) throw noTunnel('this machine runs no programs beside a workload')
  const { uid, gid } = await ownerOf(user)
  return [setpriv, `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...NO_CAPS]
}

/** A step does not end with its srun when that is killed. */
async function cancel(job: number, step: string, env: Record<string, string>): Promise<void> {
  try {
    const steps = await run('squeue', ['-h', '-s', '-j', String(job), '-o', '%i %j'], { env })
    const lines = steps.stdout.split('\n').map((line) => line.trim().split(' '))
    const id = lines.find(([, name]) => name === step)?.[0]
    if (id !== undefined) await run('scancel', ['--signal=KILL', id], { env })
  } catch (error) {
    // It ended meanwhile, or nobody answers: then it ends with its job.
    if (!(error instanceof Error)) throw error
  }
}
