import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeWhole } from '../../files.ts'
import { workloadPaths } from '../../lease-folder.ts'
import { outputFile } from '../../run/job-log.ts'
import type { JobLaunch } from '../../run/plan.ts'
import { containerScript } from '../../slurm/container-script.ts'
import { programScript, submittedScript } from '../../slurm/script.ts'
import type { Allocation, Task } from '../driver.ts'
import { environmentOf } from '../layout.ts'
import { imageFault, makeTaskFolders } from '../local.ts'
import { belowHome, placeBelowHome } from '../process.ts'
import type { SlurmAccounts } from './accounts.ts'
import { makeContainer } from './container.ts'
import { giveTo, ownerOf, type Owner } from './folders.ts'
import type { SlurmImages } from './images.ts'
import { jobFolderOf, writeBeside } from './job-folder.ts'
import type { SlurmOptions } from './options.ts'

const PROCESSES_A_CORE = 512

/** What a job is made with. */
export interface JobMaker {
  readonly options: SlurmOptions
  readonly accounts: SlurmAccounts
  readonly images: SlurmImages
}

/**
 * Makes the folders and the script of a task and says which job to submit.
 * Throws Fault IMAGE_NOT_FOUND, IMAGE_DIGEST or START_FAILED for what cannot be run.
 */
export async function jobLaunch(
  allocation: Allocation,
  task: Task,
  node: string,
  { options, accounts, images }: JobMaker,
): Promise<JobLaunch> {
  const { lease, resources } = allocation
  const { image } = task.spec
  if (image !== null && options.runtime === null) throw imageFault(image)
  const unpacked = image === null ? null : await images.prepare(image)
  makeTaskFolders(task.folder)
  const folder = jobFolderOf(task.folder)
  // Such as a proof that the daemon before this one had begun: its books would stop this one.
  await accounts.endLeftover(lease, task.workload, folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const owner = await ownerOf(options.user)
  const processes = Math.max(1, resources.cores) * PROCESSES_A_CORE
  const { runtime } = options
  const script = join(folder, 'script')
  if (runtime === null) writeWhole(script, plainScript(task, folder, owner, processes))
  else {
    const about = { folder, owner, runtime, resources, processes }
    const container = makeContainer(task, unpacked, about)
    writeBeside(task.folder, { container })
    writeWhole(script, containerScript(container, folder))
  }
  giveTo(owner, folder)
  const { url, user, keyFile, tokenFile, confFile, partition, exclusive } = options
  return {
    kind: 'job',
    access: { url, user, keyFile, tokenFile, confFile },
    folder,
    scriptTells: runtime !== null,
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

/** The script of a program that is a plain process of the node. */
function plainScript(task: Task, folder: string, owner: Owner, processes: number): string {
  const { work } = workloadPaths(task.folder)
  placeBelowHome(task)
  const program = {
    command: task.spec.command,
    environment: environmentOf(task.spec, task.folder),
    directory: resolve(work, belowHome(task.folder, task.spec.workingDirectory ?? '.')),
    processes,
  }
  writeBeside(task.folder, { program })
  giveTo(owner, work)
  return programScript(program, folder)
}
