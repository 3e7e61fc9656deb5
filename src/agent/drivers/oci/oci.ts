import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Fault, type WorkloadSpec } from '../../../messages/index.ts'
import { workloadPaths } from '../../lease-folder.ts'
import type { Plan, ProcessLaunch } from '../../run/plan.ts'
import { startProcess } from '../../run/start-process.ts'
import type { Driver, Probe } from '../driver.ts'
import { giveToNobody } from '../layout.ts'
import {
  endLeftovers,
  groupOf,
  imageFault,
  LocalAllocations,
  makeTaskFolders,
  refuseImage,
} from '../local.ts'
import { ImageFolder } from './image.ts'
import { namespaces } from './namespaces.ts'
import { runtime } from './runc.ts'
import type { Wanted, Way } from './way.ts'

/** Programs that keep others apart, each on its own: gVisor, runc, bubblewrap, util-linux. */
export const OCI_TOOLS = ['runsc', 'runc', 'bwrap', 'unshare'] as const
export type OciTool = (typeof OCI_TOOLS)[number]

export interface OciOptions {
  /** in the order in which they are tried */
  readonly tools?: readonly OciTool[]
  /** archives of images that runc and runsc may run; by default `images` beside the leases */
  readonly images?: string
}

/**
 * Programs kept apart without an engine that runs all the time: by the first tool that works. gVisor
 * takes seconds to start and is only used when it is named. `folder` holds one folder a lease.
 */
export async function ociDriver(folder: string, options: OciOptions = {}): Promise<Driver> {
  const allocations = new LocalAllocations(folder)
  const images = new ImageFolder(options.images ?? join(dirname(folder), 'images'))
  const limited = allocations.limits === 'kernel'
  const found = await firstWorking(options.tools ?? ['runc', 'bwrap', 'unshare'], images, limited)
  const way = 'launch' in found ? found : null
  return {
    name: 'oci',
    isolation: way?.isolation ?? 'namespaces',
    capabilities: { ...allocations.capabilities, images: way?.images !== null && way !== null },
    probe: async (): Promise<Probe> =>
      'launch' in found
        ? { present: true, facts: { engine: found.engine } }
        : { present: false, why: found.why },
    fetchImage: async (image, progress) =>
      way?.images === undefined || way.images === null
        ? refuseImage(image)
        : (await way.images.prepare(image, progress)).digest,
    openAllocation: async (request) => allocations.open(request),
    prepare: async (allocation, task) => {
      if (way === null) throw new Fault('START_FAILED', { retryable: false })
      const { resources } = allocation
      const group = groupOf(allocation, task.workload)
      return {
        lease: allocation.lease,
        workload: task.workload,
        group,
        memoryMib: resources.memoryMib,
        diskMib: resources.diskMib,
        launch: await launchOf(way, { task, resources, group }),
      }
    },
    usage: async (allocation) => allocations.usage(allocation),
    sample: (allocation) => allocations.sample(allocation),
    ...way?.inside,
    ...allocations.halting,
    recover: endLeftovers,
    closeAllocation: (allocation) => allocations.close(allocation),
    reconcile: async () => allocations.found(),
  }
}

async function launchOf(way: Way, wanted: Omit<Wanted, 'image'>): Promise<ProcessLaunch> {
  const { task } = wanted
  const { image } = task.spec
  if (image !== null && way.images === null) throw imageFault(image)
  const unpacked = image === null ? null : ((await way.images?.prepare(image)) ?? null)
  makeTaskFolders(task.folder)
  giveToNobody(workloadPaths(task.folder).work)
  return way.launch({ ...wanted, image: unpacked })
}

async function firstWorking(
  tools: readonly OciTool[],
  images: ImageFolder,
  limited: boolean,
): Promise<Way | { why: string }> {
  const reasons: string[] = []
  for (const tool of tools) {
    const way = wayOf(tool, images, limited)
    const why = way === null ? `${tool} is not there or cannot be used` : await tryOut(way)
    if (way !== null && why === null) return way
    reasons.push(why ?? '')
  }
  return { why: reasons.join('; ') }
}

/** A runtime makes control groups, so it needs them, and a daemon that is root. */
function wayOf(tool: OciTool, images: ImageFolder, limited: boolean): Way | null {
  if (tool === 'bwrap' || tool === 'unshare') return namespaces(tool)
  return limited && process.getuid?.() === 0 ? runtime(tool, images) : null
}

/** Runs `true` inside; null when that works, else what went wrong. */
async function tryOut(way: Way): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-probe-'))
  try {
    const wanted = {
      task: { workload: 0, spec: TRUE, folder },
      resources: { memoryMib: 1_024 },
      group: null,
    }
    const launch = await launchOf(way, wanted)
    const plan: Plan = { lease: 0, workload: 0, group: null, memoryMib: 1_024, diskMib: 0, launch }
    let errors = ''
    const running = await startProcess(plan, launch, (_stream, bytes) => {
      errors += Buffer.from(bytes).toString()
    })
    const { exitCode } = await running.ended
    return exitCode === 0 ? null : `${way.engine} failed: ${errors.trim().slice(0, 200)}`
  } catch (error) {
    if (error instanceof Fault) return `${way.engine} cannot be started`
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const TRUE: WorkloadSpec = {
  command: ['true'],
  environment: [],
  image: null,
  workingDirectory: null,
  inputs: [],
  outputPath: null,
}
