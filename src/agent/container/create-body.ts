import type { Resources } from '../../messages/index.ts'
import type { Layout } from '../drivers/layout.ts'

/**
 * The first process of a container, which passes signals on and reaps: the engine's own, or a program
 * of this machine in a container of this machine's programs, whose mounts may hide the engine's.
 */
export type Init =
  | { readonly kind: 'engine' }
  | { readonly kind: 'machine'; readonly path: string }
  | { readonly kind: 'none' }

/** What a container is made from. */
export interface ContainerPlan {
  readonly image: string
  /** the image is our empty one: programs and their search path are this machine's */
  readonly ownImage: boolean
  readonly layout: Layout
  readonly resources: Resources
  readonly user: string
  readonly init: Init
  /** control group above the container, without a leading slash */
  readonly parent: string | null
  readonly labels: Readonly<Record<string, string>>
}

const PROCESSES_A_CORE = 512
/** Files that an engine writes itself. */
const ENGINE_FILES = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'])

/**
 * Body of the create request of a hardened container: no network, no capabilities, no new
 * privileges, a read-only root, an own user, and limits of its own beside those of its allocation.
 */
export function createBody(plan: ContainerPlan): Record<string, unknown> {
  const { layout, resources, image, user, labels } = plan
  const { PATH, ...environment } = layout.environment
  const path = plan.ownImage && PATH !== undefined ? { PATH } : {}
  const first = plan.ownImage && plan.init.kind === 'machine' ? [plan.init.path, '--'] : []
  const [program, ...parameters] = layout.command.length === 0 ? [] : [...first, ...layout.command]
  const command = program === undefined ? {} : { Entrypoint: [program], Cmd: parameters }
  return {
    Image: image,
    ...command,
    Env: Object.entries({ ...path, ...environment }).map(([name, value]) => `${name}=${value}`),
    WorkingDir: layout.directory,
    User: user,
    Labels: labels,
    Hostname: 'suan',
    NetworkDisabled: true,
    HostConfig: {
      ...limits(resources),
      ...(plan.parent === null ? {} : { CgroupParent: `/${plan.parent}` }),
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Init: plan.init.kind === 'engine' || (plan.init.kind === 'machine' && !plan.ownImage),
      Tmpfs: { '/tmp': `rw,nosuid,nodev,mode=1777,size=${Math.max(16, resources.memoryMib)}m` },
      Mounts: mounts(layout),
      LogConfig: { Type: 'json-file', Config: {} },
    },
  }
}

function limits(resources: Resources): Record<string, unknown> {
  const bytes = resources.memoryMib * 1024 * 1024
  return {
    NanoCpus: Math.max(1, resources.cores) * 1_000_000_000,
    Memory: bytes,
    MemorySwap: bytes,
    PidsLimit: Math.max(1, resources.cores) * PROCESSES_A_CORE,
    // One ulimit replaces an engine's whole list, and its own may be more than it is allowed to set.
    Ulimits: ['nofile', 'nproc'].map((Name) => ({ Name, Soft: 4_096, Hard: 4_096 })),
  }
}

function mounts(layout: Layout): unknown[] {
  const bind = (ReadOnly: boolean) => (mount: { from: string; to: string }) => ({
    Type: 'bind',
    Source: mount.from,
    Target: mount.to,
    ReadOnly,
  })
  return [
    ...layout.readOnly.filter(({ to }) => !ENGINE_FILES.has(to)).map(bind(true)),
    ...layout.writable.map(bind(false)),
  ]
}
