import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault, type WorkloadSpec } from '../../messages/index.ts'
import { namespacesInside } from '../exec/local.ts'
import { findProgram } from '../inspect/engines.ts'
import { workloadPaths } from '../lease-folder.ts'
import type { Plan, ProcessLaunch } from '../run/plan.ts'
import { startProcess } from '../run/start-process.ts'
import { bubblewrap, type Wrapped } from './bubblewrap.ts'
import type { Driver, Probe, Task } from './driver.ts'
import { giveToNobody, layoutOf, type Layout } from './layout.ts'
import {
  endLeftovers,
  groupOf,
  imageFault,
  LocalAllocations,
  makeTaskFolders,
  refuseImage,
} from './local.ts'
import { unshareSandbox } from './unshare.ts'

/** The outer process and the first one of the namespace stand above the program. */
const WRAPPERS = 2
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

type Tool = 'bwrap' | 'unshare'

/**
 * Programs of this machine in Linux namespaces. `tool` names one way; by default bubblewrap is
 * taken where it works, else util-linux. `folder` holds one folder a lease.
 */
export async function ociDriver(
  folder: string,
  tools: readonly Tool[] = ['bwrap', 'unshare'],
): Promise<Driver> {
  const allocations = new LocalAllocations(folder)
  const found = await firstWorking(tools)
  return {
    name: 'oci',
    isolation: 'namespaces',
    capabilities: allocations.capabilities,
    probe: async (): Promise<Probe> =>
      'wrap' in found
        ? { present: true, facts: { engine: found.engine } }
        : { present: false, why: found.why },
    fetchImage: refuseImage,
    openAllocation: async (request) => allocations.open(request),
    prepare: async (allocation, task) => {
      if (!('wrap' in found)) throw new Fault('START_FAILED', { retryable: false })
      return {
        lease: allocation.lease,
        workload: task.workload,
        group: groupOf(allocation, task.workload),
        memoryMib: allocation.resources.memoryMib,
        diskMib: allocation.resources.diskMib,
        launch: launchOf(found.wrap, task),
      }
    },
    usage: async (allocation) => allocations.usage(allocation),
    ...namespacesInside(),
    recover: endLeftovers,
    closeAllocation: (allocation) => allocations.close(allocation),
    reconcile: async () => allocations.found(),
  }
}

type Wrap = (root: string, layout: Layout) => Wrapped

function launchOf(wrap: Wrap, task: Task): ProcessLaunch {
  if (task.spec.image !== null) throw imageFault(task.spec.image)
  makeTaskFolders(task.folder)
  const { work } = workloadPaths(task.folder)
  giveToNobody(work)
  const root = join(task.folder, 'root')
  mkdirSync(root, { recursive: true })
  const wrapped = wrap(root, layoutOf(task, true))
  const optionsFile = join(task.folder, 'sandbox-options')
  writeFileSync(optionsFile, wrapped.options, { mode: 0o600 })
  return {
    kind: 'process',
    argv: wrapped.argv,
    environment: { PATH: SYSTEM_PATH },
    directory: task.folder,
    optionsFile,
    wrappers: WRAPPERS,
  }
}

async function firstWorking(
  tools: readonly Tool[],
): Promise<{ wrap: Wrap; engine: string } | { why: string }> {
  const reasons: string[] = []
  for (const tool of tools) {
    const wrap = wrapWith(tool)
    const why = wrap === null ? `${tool} is not installed` : await tryOut(tool, wrap)
    if (wrap !== null && why === null) return { wrap, engine: tool }
    reasons.push(why ?? '')
  }
  return { why: reasons.join('; ') }
}

function wrapWith(tool: Tool): Wrap | null {
  const environment = { PATH: `${process.env['PATH'] ?? ''}:${SYSTEM_PATH}` }
  const program = findProgram(tool, environment)
  const setpriv = findProgram('setpriv', environment)
  const asRoot = process.getuid?.() === 0
  if (program === null || (setpriv === null && (asRoot || tool === 'unshare'))) return null
  if (tool === 'bwrap')
    return (_root, layout) => bubblewrap(program, asRoot ? setpriv : null, layout)
  return (root, layout) =>
    unshareSandbox({ unshare: program, setpriv: setpriv ?? '' }, asRoot, root, layout)
}

/** Runs `true` inside; null when that works, else what went wrong. */
async function tryOut(tool: Tool, wrap: Wrap): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-probe-'))
  try {
    const launch = launchOf(wrap, { workload: 0, spec: TRUE, folder })
    const plan: Plan = { lease: 0, workload: 0, group: null, memoryMib: 1_024, diskMib: 0, launch }
    let errors = ''
    const running = await startProcess(plan, launch, (_stream, bytes) => {
      errors += Buffer.from(bytes).toString()
    })
    const { exitCode } = await running.ended
    return exitCode === 0 ? null : `${tool} failed: ${errors.trim().slice(0, 200)}`
  } catch (error) {
    if (error instanceof Fault) return `${tool} cannot be started`
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
