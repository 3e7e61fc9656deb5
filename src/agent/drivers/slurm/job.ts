import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeWhole } from '../../files.ts'
import { workloadPaths } from '../../lease-folder.ts'
import { outputFile } from '../../run/job-log.ts'
import type { JobLaunch } from '../../run/plan.ts'
import { programScript, submittedScript } from '../../slurm/script.ts'
import type { Allocation, Task } from '../driver.ts'
import { environmentOf } from '../layout.ts'
import { imageFault, makeTaskFolders } from '../local.ts'
import { belowHome, placeBelowHome } from '../process.ts'
import type { SlurmAccounts } from './accounts.ts'
import { giveTo, ownerOf } from './folders.ts'
import { jobFolderOf, programFileOf } from './job-folder.ts'
import type { SlurmOptions } from './options.ts'

const PROCESSES_A_CORE = 512

/**
 * Makes the folders and the script of a task and says which job to submit.
 * Throws Fault IMAGE_NOT_FOUND or START_FAILED for what cannot be run.
 */
export async function jobLaunch(
  allocation: Allocation,
  task: Task,
  about: {
    readonly options: SlurmOptions
    readonly accounts: SlurmAccounts
    readonly node: string
  },
): Promise<JobLaunch> {
  const { options, accounts, node } = about
  const { lease, resources } = allocation
  if (task.spec.image !== null) throw imageFault(task.spec.image)
  const { work } = workloadPaths(task.folder)
  makeTaskFolders(task.folder)
  placeBelowHome(task)
  const folder = jobFolderOf(task.folder)
  // Such as a proof that the daemon before this one had begun: its books would stop this one.
  await accounts.endLeftover(lease, task.workload, folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const program = {
    command: task.spec.command,
    environment: environmentOf(task.spec, task.folder),
    directory: resolve(work, belowHome(task.folder, task.spec.workingDirectory ?? '.')),
    processes: Math.max(1, resources.cores) * PROCESSES_A_CORE,
  }
  const script = join(folder, 'script')
  writeWhole(script, programScript(program, folder))
  writeWhole(programFileOf(task.folder), JSON.stringify(program))
  const owner = await ownerOf(options.user)
  giveTo(owner, folder)
  giveTo(owner, work)
  const { url, user, keyFile, tokenFile, confFile, partition, exclusive } = options
  return {
    kind: 'job',
    access: { url, user, keyFile, tokenFile, confFile },
    folder,
    job: {
      name: `${accounts.nameOf(lease)}-${task.workload}`,
      comment: accounts.commentOf(lease, task.workload),
      account: accounts.nameOf(lease),
      partition,
      reservation: accounts.nameOf(lease),
      node,
      cores: resources.cores,
      memoryMib: resources.memoryMib,
      exclusive,
      directory: folder,
      output: outputFile(folder, 'stdout'),
      errors: outputFile(folder, 'stderr'),
      script: submittedScript(script),
    },
  }
}
