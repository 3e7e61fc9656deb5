import { hostname } from 'node:os'
import type { Isolation } from '../../../messages/index.ts'
import { jobInside } from '../../exec/job.ts'
import { leasePaths, readExit } from '../../lease-folder.ts'
import { findJob } from '../../run/start-job.ts'
import { SlurmCommands } from '../../slurm/commands.ts'
import { Slurm } from '../../slurm/rest.ts'
import { isOver } from '../../slurm/states.ts'
import type { Driver } from '../driver.ts'
import { refuseImage } from '../local.ts'
import { SlurmAccounts } from './accounts.ts'
import { letThrough } from './folders.ts'
import { SlurmImages } from './images.ts'
import { jobFolderOf } from './job-folder.ts'
import { jobLaunch } from './job.ts'
import { nodeOf } from './node.ts'
import type { SlurmOptions } from './options.ts'
import { probe } from './probe.ts'

/**
 * Jobs of a Slurm cluster on one of its nodes: a lease is an account with limits and a reservation, a
 * workload one job. `folder` must lie on a file system that this machine and the node share.
 */
export function slurmDriver(folder: string, options: SlurmOptions): Driver {
  const slurm = new Slurm(options)
  const commands = new SlurmCommands(options)
  const accounts = new SlurmAccounts(folder, slurm, commands, options)
  const images = new SlurmImages(folder, options)
  const contained = options.runtime !== null
  const driver: Driver = {
    name: 'slurm',
    isolation: isolationOf(options),
    capabilities: {
      images: contained,
      outlivesSupervisor: true,
      limits: 'engine',
      exec: true,
      ports: true,
      meter: 'since opened',
      witness: false,
      // `scontrol suspend` needs an operator's rights.
      suspend: false,
    },
    probe: () => probe(driver, slurm, options, folder),
    machine: async () => {
      const { name, hostname: host, cores, memoryMib } = await nodeOf(slurm, options)
      return { name, cores, memoryMib, here: host === hostname() }
    },
    fetchImage: async (image, progress) =>
      contained ? (await images.prepare(image, progress)).digest : refuseImage(image),
    openAllocation: async (request) => {
      letThrough(folder)
      return accounts.open(request, await nodeOf(slurm, options))
    },
    prepare: async (allocation, task) => {
      const { name } = await nodeOf(slurm, options)
      return {
        lease: allocation.lease,
        workload: task.workload,
        group: null,
        memoryMib: allocation.resources.memoryMib,
        diskMib: allocation.resources.diskMib,
        launch: await jobLaunch(allocation, task, name, { options, accounts, images }),
      }
    },
    usage: (allocation) => accounts.usage(allocation),
    recover: async ({ lease, folder: ofLease }, workload) => {
      const path = leasePaths(ofLease).workload(workload)
      const account = accounts.nameOf(lease)
      const comment = accounts.commentOf(lease, workload)
      const id = await findJob(slurm, jobFolderOf(path), { account, comment })
      // Slurm remembers a job that is over: it is to be taken over until its end is written down.
      const written = readExit(path) !== null
      const job = id === null || !written ? null : await slurm.job(id)
      const left = written ? job !== null && !isOver(job) : id !== null
      return left ? 'adoptable' : 'ended'
    },
    ...jobInside(options),
    extend: (allocation, seconds) => accounts.extend(allocation, seconds),
    closeAllocation: ({ lease }) => accounts.close(lease),
    reconcile: () => accounts.found(),
  }
  return driver
}

/**
 * Other users' files and processes are in sight of a plain job; a whole node has no other users.
 * Containers of one unix user are apart by namespaces alone.
 */
function isolationOf({ exclusive, runtime }: SlurmOptions): Isolation {
  if (exclusive) return 'node'
  return runtime === null ? 'none' : 'namespaces'
}
