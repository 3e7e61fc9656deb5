import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeWhole } from '../../files.ts'
import type { Container } from '../../slurm/container-script.ts'
import type { Allocation, Task } from '../driver.ts'
import { layoutOf } from '../layout.ts'
import { bundleConfig } from '../oci/bundle.ts'
import type { UnpackedImage } from '../oci/image.ts'
import { rootBinds } from '../oci/root-binds.ts'
import { programIn } from '../oci/runc.ts'
import { giveTo, type Owner } from './folders.ts'

/** In its user namespace the job's user is root, without any capability. */
const USER = 0

/**
 * Makes the bundle of a task below the job's folder. Its root folder is empty but for places to mount:
 * the image's own, which all share, belongs to the daemon and is only read; without an image the node's
 * programs and libraries are mounted. Throws Fault START_FAILED for a path that is not allowed.
 */
export function makeContainer(
  task: Task,
  image: UnpackedImage | null,
  about: {
    readonly folder: string
    readonly owner: Owner
    readonly runtime: string
    readonly resources: Allocation['resources']
    readonly processes: number
  },
): Container {
  const bundle = join(about.folder, 'bundle')
  const root = join(bundle, 'root')
  mkdirSync(root, { recursive: true, mode: 0o755 })
  const own = layoutOf(task, image === null)
  const points = [...own.readOnly, ...own.writable].map(({ to }) => to)
  const places = image === null ? own : rootBinds(image.root, points)
  for (const { path, target } of places.links) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    symlinkSync(target, join(root, path))
  }
  const readOnly = image === null ? own.readOnly : [...places.readOnly, ...own.readOnly]
  const config = bundleConfig({
    root,
    layout: { ...own, readOnly },
    ...programIn(own, image),
    user: USER,
    resources: about.resources,
    group: null,
    processes: about.processes,
    counted: [],
    ownKernel: false,
  })
  writeWhole(join(bundle, 'config.json'), JSON.stringify(config))
  for (const path of [about.folder, ...own.writable.map(({ from }) => from)])
    giveTo(about.owner, path)
  return { runtime: about.runtime, bundle }
}
