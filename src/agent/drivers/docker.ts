import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault, type WorkloadSpec } from '../../messages/index.ts'
import { NO_CGROUPS } from '../cgroup/find.ts'
import { ensureBaseImage } from '../container/base-image.ts'
import { createBody, type Init } from '../container/create-body.ts'
import { Engine, EngineError, LABEL } from '../container/engine.ts'
import { fetchImage } from '../container/images.ts'
import { ContainerInside } from '../exec/container.ts'
import { noTunnel } from '../exec/session.ts'
import { engineSockets, findProgram } from '../inspect/engines.ts'
import { workloadPaths } from '../lease-folder.ts'
import { startContainer } from '../run/start-container.ts'
import type { ContainerLaunch } from '../run/plan.ts'
import type { Allocation, Driver, Probe, Task } from './driver.ts'
import { giveToNobody, layoutOf } from './layout.ts'
import { groupOf, imageFault, LocalAllocations, makeTaskFolders } from './local.ts'

/** Where the engine is and how its containers are named. */
export interface DockerOptions {
  /** socket of the Docker API; by default the first one that answers */
  readonly socket?: string
  /** written on every container as a label */
  readonly venue?: string
}

/** An engine that ran a container a moment ago, and how it wants to be asked. */
interface Found {
  readonly engine: Engine
  readonly name: string
  readonly init: Init
  /** containers can be put below a control group of ours */
  readonly parents: boolean
  readonly rootless: boolean
}

/**
 * Containers through the Docker API, which Docker and Podman speak. A task without an image runs in
 * an empty one with this machine's programs bound read-only. `folder` holds one folder a lease.
 */
export async function dockerDriver(folder: string, options: DockerOptions = {}): Promise<Driver> {
  const found = await firstWorking(options)
  const usable = 'engine' in found ? found : null
  const allocations = new LocalAllocations(
    folder,
    usable?.parents === true ? undefined : NO_CGROUPS,
  )
  const agent = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const nameOf = (lease: number, workload: number) => `suan-${agent}-${lease}-${workload}`
  const inside = new ContainerInside()
  const own = async () => (usable === null ? [] : usable.engine.list(LABEL.agent, agent))
  return {
    name: 'docker',
    isolation: 'container',
    capabilities: {
      images: true,
      outlivesSupervisor: true,
      limits: allocations.limits === 'kernel' ? 'kernel' : 'engine',
      exec: true,
      ports: true,
      meter: allocations.meter,
      witness: allocations.witness,
      suspend: usable !== null,
    },
    probe: async (): Promise<Probe> =>
      'engine' in found
        ? { present: true, facts: { engine: found.name } }
        : { present: false, why: found.why },
    fetchImage: async (image, progress) => {
      if (usable === null) throw imageFault(image)
      return (await fetchImage(usable.engine, image, progress)).digest
    },
    openAllocation: async (request) => allocations.open(request),
    prepare: async (allocation, task) => {
      if (usable === null) throw new Fault('START_FAILED', { retryable: false })
      const labels = {
        [LABEL.agent]: agent,
        [LABEL.venue]: options.venue ?? '',
        [LABEL.lease]: String(allocation.lease),
        [LABEL.workload]: String(task.workload),
      }
      const group = groupOf(allocation, task.workload)
      const name = nameOf(allocation.lease, task.workload)
      return {
        lease: allocation.lease,
        workload: task.workload,
        group,
        memoryMib: allocation.resources.memoryMib,
        diskMib: allocation.resources.diskMib,
        launch: await launchOf(usable, allocation, task, { name, group, labels }),
      }
    },
    usage: async (allocation) => allocations.usage(allocation),
    sample: (allocation) => allocations.sample(allocation),
    exec: async ({ lease }, workload, command, terminal) =>
      inside.exec(mustWork(usable), nameOf(lease, workload), command, terminal),
    dial: async ({ lease }, workload, port) =>
      inside.dial(mustWork(usable), nameOf(lease, workload), port),
    ...(allocations.suspend ? allocations.halting : pausing(usable, nameOf)),
    recover: async (allocation, workload) => {
      const state = await usable?.engine.inspect(nameOf(allocation.lease, workload))
      return state === null || state === undefined ? 'ended' : 'adoptable'
    },
    closeAllocation: async (allocation) => {
      // An engine waits in vain for the end of what it does not know to be halted.
      allocations.thaw(allocation)
      for (const { id, labels } of await own()) {
        if (labels[LABEL.lease] === String(allocation.lease)) await usable?.engine.remove(id)
      }
      await allocations.close(allocation)
    },
    reconcile: async () => {
      const labelled = (await own()).map(({ labels }) => Number(labels[LABEL.lease] ?? 0))
      return [...new Set([...allocations.found(), ...labelled])].filter((lease) => lease > 0)
    },
  }
}

/** Containers without a group of ours are halted by their engine. */
function pausing(
  found: Found | null,
  nameOf: (lease: number, workload: number) => string,
): Pick<Driver, 'suspend' | 'resume'> {
  if (found === null) return {}
  const { engine } = found
  return {
    suspend: ({ lease }, workload) => engine.pause(nameOf(lease, workload)),
    resume: ({ lease }, workload) => engine.unpause(nameOf(lease, workload)),
  }
}

function mustWork(found: Found | null): Engine {
  if (found === null) throw noTunnel('this machine runs no programs beside a workload')
  return found.engine
}

interface Naming {
  readonly name: string
  readonly group: string | null
  readonly labels: Readonly<Record<string, string>>
}

async function launchOf(
  found: Found,
  allocation: Pick<Allocation, 'resources'>,
  task: Task,
  naming: Naming,
): Promise<ContainerLaunch> {
  makeTaskFolders(task.folder)
  giveToNobody(workloadPaths(task.folder).work)
  const { image } = task.spec
  const layout = layoutOf(task, image === null)
  return {
    kind: 'container',
    socket: found.engine.socket,
    name: naming.name,
    create: createBody({
      // By its id: a name may mean another image by the time the container is made.
      image:
        image === null
          ? await ensureBaseImage(found.engine, layout)
          : (await fetchImage(found.engine, image)).id,
      ownImage: image === null,
      layout,
      resources: allocation.resources,
      user: userOf(found.rootless),
      init: found.init,
      parent: naming.group,
      labels: naming.labels,
    }),
  }
}

/** Nobody for a daemon that is root; else the user who owns the work folder, seen from inside. */
function userOf(rootless: boolean): string {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  if (rootless) return '0:0'
  return uid === 0 ? '65534:65534' : `${uid}:${gid}`
}

async function firstWorking(options: DockerOptions): Promise<Found | { why: string }> {
  const candidates = options.socket === undefined ? engineSockets() : [options.socket]
  const reasons: string[] = []
  for (const socket of candidates.filter((path) => existsSync(path))) {
    const tried = await tryOut(new Engine(socket))
    if ('engine' in tried) return tried
    reasons.push(`${socket}: ${tried.why}`)
  }
  return { why: reasons.length === 0 ? 'no container engine answers' : reasons.join('; ') }
}

/** Runs `true` in a container, with an init process where the engine has one. */
async function tryOut(engine: Engine): Promise<Found | { why: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-probe-'))
  try {
    const { name, version } = await engine.version()
    const info = await engine.info()
    const rootless = info.SecurityOptions?.some((option) => option.includes('rootless')) ?? false
    const parents = info.CgroupDriver === 'cgroupfs' && !rootless
    const facts = { engine, name: `${name} ${version}`.trim(), parents, rootless }
    const errors: string[] = []
    for (const init of inits()) {
      const why = await runTrue({ ...facts, init }, folder)
      if (why === null) return { ...facts, init }
      errors.push(why)
    }
    return { why: errors.join('; ') }
  } catch (error) {
    if (error instanceof Fault || error instanceof EngineError) return { why: error.message }
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In the order in which they are tried. Debian's Docker finds its own at /usr/bin/docker-init. */
function inits(): readonly Init[] {
  const path = findProgram('docker-init')
  const machine: Init[] = path?.startsWith('/usr/') === true ? [{ kind: 'machine', path }] : []
  return [{ kind: 'engine' }, ...machine, { kind: 'none' }]
}

async function runTrue(found: Found, folder: string): Promise<string | null> {
  const resources = { cores: 1, memoryMib: 64, diskMib: 16, cards: 0 }
  const task: Task = { workload: 0, spec: TRUE, folder }
  const name = `suan-probe-${process.pid}-${found.init.kind}`
  const launch = await launchOf(found, { resources }, task, { name, group: null, labels: {} })
  const plan = { lease: 0, workload: 0, group: null, memoryMib: 64, diskMib: 0, launch }
  try {
    const running = await startContainer(plan, launch, () => {}, null)
    const { exitCode } = await running.ended
    await running.forget()
    return exitCode === 0 ? null : `exit code ${exitCode}`
  } catch (error) {
    if (error instanceof Fault)
      return error.cause instanceof Error ? error.cause.message : error.code
    throw error
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
