import type { Isolation, Resources } from '../../../messages/index.ts'
import type { ProcessLaunch } from '../../run/plan.ts'
import type { Driver, Task } from '../driver.ts'
import type { ImageFolder, UnpackedImage } from './image.ts'

/** One way to keep programs apart without an engine that runs all the time. */
export interface Way {
  /** the program that does it, for people */
  readonly engine: string
  readonly isolation: Isolation
  /** null where only programs of this machine can be run */
  readonly images: ImageFolder | null
  readonly inside: Required<Pick<Driver, 'exec' | 'dial'>>
  /** Makes what the program needs in its folder, and says how it is started. */
  readonly launch: (what: Wanted) => ProcessLaunch
}

/** What is to be started. */
export interface Wanted {
  readonly task: Task
  readonly resources: Pick<Resources, 'memoryMib'>
  /** control group of the workload; null without groups */
  readonly group: string | null
  readonly image: UnpackedImage | null
}

/** Where programs of the system lie, whatever the daemon's own path is. */
export const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin'
