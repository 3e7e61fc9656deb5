import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCgroups } from '../../cgroup/find.ts'
import { Group } from '../../cgroup/group.ts'
import { runtimeInside } from '../../exec/local.ts'
import { bundleOf, writeHandle } from '../../exec/runtime.ts'
import { findProgram } from '../../inspect/engines.ts'
import type { ProcessLaunch } from '../../run/plan.ts'
import { layoutOf, NOBODY, type Layout } from '../layout.ts'
import { words } from './bubblewrap.ts'
import { bundleConfig } from './bundle.ts'
import type { ImageFolder, UnpackedImage } from './image.ts'
import { SYSTEM_PATH, type Wanted, type Way } from './way.ts'

/** Programs that a runtime is started with. */
interface Programs {
  readonly runtime: string
  readonly setpriv: string
  readonly unshare: string
}

/** unshare and the runtime stand above the program. */
const WRAPPERS = 2
/** Where the runtime itself is, beside the group that it makes for the container. */
const OWN_GROUP = 'runtime'
const CONTAINER_GROUP = 'container'

/** Process namespaces that end with their first process, the runtime, as that does with the supervisor. */
const BOUND = words('--mount --pid --fork --kill-child --mount-proc')
/** gVisor binds its sandbox to the runtime itself, and is counted where it is started. */
const GVISOR = words('--platform=ptrace --network=none --ignore-cgroups')

/**
 * Containers by a runtime of the Open Container Initiative, without any daemon: runc, or gVisor's runsc,
 * which has a kernel of its own. null when a program is missing.
 */
export function runtime(tool: 'runc' | 'runsc', images: ImageFolder): Way | null {
  const environment = { PATH: `${process.env['PATH'] ?? ''}:${SYSTEM_PATH}` }
  const [program, setpriv, unshare] = [tool, 'setpriv', 'unshare'].map((name) =>
    findProgram(name, environment),
  )
  if (!program || !setpriv || !unshare) return null
  const ownKernel = tool === 'runsc'
  return {
    engine: tool,
    isolation: ownKernel ? 'gvisor' : 'container',
    images,
    inside: runtimeInside(ownKernel ? null : OWN_GROUP),
    launch: (what) => launchOf({ runtime: program, setpriv, unshare }, ownKernel, what),
  }
}

/**
 * Writes the bundle and says how it is started: in mount and process namespaces that end with the
 * supervisor, whatever the runtime does, with the root folder of an image as the lower layer of one
 * that is thrown away.
 */
function launchOf(programs: Programs, ownKernel: boolean, what: Wanted): ProcessLaunch {
  const { task, image, group } = what
  const layout = layoutOf(task, image === null)
  const bundle = bundleOf(task.folder)
  const root = join(bundle, 'root')
  // A daemon that was killed may have made a part of it.
  rmSync(bundle, { recursive: true, force: true })
  mkdirSync(root, { recursive: true, mode: 0o755 })
  if (image === null)
    for (const { path, target } of layout.links) symlinkSync(target, join(root, path))
  const config = bundleConfig({
    root: image === null ? root : join(root, 'merged'),
    layout,
    ...programIn(layout, image),
    user: NOBODY,
    resources: what.resources,
    group: `/${group ?? 'suan/trial'}/${CONTAINER_GROUP}`,
    processes: null,
    counted: ownKernel || group === null ? [] : countedFiles(group),
    ownKernel,
  })
  // Only for the owner: it holds the environment.
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config), { mode: 0o600 })
  const state = join(bundle, 'state')
  const name = `suan-${task.workload}-${process.pid}`
  const command = [programs.runtime, '--root', state, '--log', join(bundle, 'log')]
  const asked = [...command, ...(ownKernel ? GVISOR : [])]
  writeHandle(bundle, { runtime: asked, name, ownKernel })
  const run = [...asked, 'run', '--bundle', bundle, name]
  const mounted = image === null ? run : ['/bin/sh', '-ec', OVERLAY, 'sh', image.root, root, ...run]
  const apart = ownKernel ? words('--mount') : BOUND
  return {
    kind: 'process',
    argv: [
      programs.setpriv,
      ...words('--pdeathsig KILL'),
      programs.unshare,
      ...apart,
      ...words('--propagation private'),
      ...mounted,
    ],
    environment: { PATH: SYSTEM_PATH },
    directory: bundle,
    optionsFile: null,
    wrappers: WRAPPERS,
    ...(ownKernel ? { stopCommand: [...command, 'kill', name, 'TERM'] } : { subgroup: OWN_GROUP }),
  }
}

/** An image's root folder is shared: what a runtime adds to it stays in memory and goes with it. */
const OVERLAY = `lower=$1; root=$2; shift 2
mount -t tmpfs -o mode=755,nosuid,nodev,size=16m suan "$root"
mkdir "$root/upper" "$root/work" "$root/merged"
mount -t overlay -o "nosuid,nodev,lowerdir=$lower,upperdir=$root/upper,workdir=$root/work" suan "$root/merged"
exec "$@"`

/** What is run and with which environment: an image has both, which the buyer's own win over. */
export function programIn(
  layout: Layout,
  image: UnpackedImage | null,
): Pick<Layout, 'command' | 'environment'> {
  const { command, environment } = layout
  if (image === null) return { command, environment }
  // Programs of an image are looked up on its own path.
  const { PATH, ...rest } = environment
  return {
    command: command.length === 0 ? image.command : command,
    environment: { PATH: PATH ?? '', ...image.environment, ...rest },
  }
}

/** In version 2 a group counts what is below it, and may not hold processes beside groups. */
function countedFiles(group: string): readonly string[] {
  const host = findCgroups()
  return host.version === 1 ? new Group(host, group).joinFiles : []
}
