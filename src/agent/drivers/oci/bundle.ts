import type { Resources } from '../../../messages/index.ts'
import type { Layout } from '../layout.ts'
import { SECCOMP } from './seccomp.ts'

/** What a container of an OCI runtime is made from. */
export interface Bundle {
  /** root folder, on this machine; nothing is written to it */
  readonly root: string
  readonly layout: Layout
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly resources: Pick<Resources, 'memoryMib'>
  /** number of the program's user and group in the container */
  readonly user: number
  /**
   * control group that the runtime makes, with a leading slash; null where it may make none: then the
   * program must be below the runtime in a namespace whose first process that is
   */
  readonly group: string | null
  /** processes that its user may have, where no control group counts them */
  readonly processes: number | null
  /** files of control groups into which the program moves instead, so that they count it */
  readonly counted: readonly string[]
  /** the runtime has a kernel of its own: host filters and process namespaces are its business */
  readonly ownKernel: boolean
}

const FILES_MAX = 4_096
/** Paths of /proc that tell of the machine or reach into it, as every engine hides them. */
const MASKED =
  'acpi asound interrupts kallsyms kcore keys latency_stats sched_debug scsi timer_list timer_stats'
const READ_ONLY = 'bus fs irq sys sysrq-trigger'

/**
 * The config.json of a hardened container (OCI runtime specification 1.0): a user without any
 * capability or new privilege, a read-only root, a network with nothing but loopback, filtered system
 * calls. Its processes are in the namespace that its launcher makes (see runc.ts), which ends them.
 */
export function bundleConfig(bundle: Bundle): Record<string, unknown> {
  const { layout, command, environment, user, group, processes, ownKernel } = bundle
  const ownProcesses = ownKernel ? [{ type: 'pid' }] : []
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: user, gid: user, additionalGids: [] },
      args: command,
      env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      cwd: layout.directory,
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      rlimits: [
        { type: 'RLIMIT_NOFILE', soft: FILES_MAX, hard: FILES_MAX },
        { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
        ...(processes === null ? [] : [{ type: 'RLIMIT_NPROC', soft: processes, hard: processes }]),
      ],
      noNewPrivileges: true,
    },
    root: { path: bundle.root, readonly: true },
    hostname: 'suan',
    mounts: mounts(bundle),
    hooks: {
      ...(bundle.counted.length === 0 ? {} : { createRuntime: [moveHook(bundle.counted)] }),
      ...(group === null ? { poststop: [END_ALL] } : {}),
    },
    linux: {
      ...(group === null ? {} : { cgroupsPath: group }),
      namespaces: [
        ...ownProcesses,
        ...['mount', 'network', 'ipc', 'uts'].map((type) => ({ type })),
      ],
      maskedPaths: [...MASKED.split(' ').map((name) => `/proc/${name}`), '/sys/firmware'],
      readonlyPaths: READ_ONLY.split(' ').map((name) => `/proc/${name}`),
      ...(ownKernel ? {} : { seccomp: SECCOMP }),
    },
  }
}

function mounts({ layout, resources }: Bundle): unknown[] {
  const tmpfs = (destination: string, ...options: string[]) => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', ...options],
  })
  const bind = (mode: 'ro' | 'rw') => (mount: { from: string; to: string }) => ({
    destination: mount.to,
    type: 'bind',
    source: mount.from,
    options: ['rbind', 'rprivate', 'nosuid', 'nodev', mode],
  })
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    tmpfs('/dev', 'strictatime', 'mode=755', 'size=64k'),
    // For terminals of programs beside it; each container has its own.
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
    },
    tmpfs('/dev/shm', 'nodev', 'mode=1777', `size=${resources.memoryMib}m`),
    tmpfs('/tmp', 'nodev', 'mode=1777', `size=${Math.max(16, resources.memoryMib)}m`),
    ...layout.readOnly.map(bind('ro')),
    ...layout.writable.map(bind('rw')),
  ]
}

/**
 * A runtime ends what a program left behind by its control group, and waits for it to let go of its
 * output. Without one: all that is in the same process namespace, but for its first process.
 */
const END_ALL = { path: '/bin/sh', args: ['sh', '-c', 'kill -s KILL -- -1 || true'] }

/**
 * A runtime removes the group that it made when the program has ended, and with it what was counted:
 * so the program is moved into a group of ours before it starts.
 */
function moveHook(files: readonly string[]): unknown {
  const script = `pid=$(sed -n 's/.*"pid": *\\([0-9]*\\).*/\\1/p'); for f in "$@"; do echo "$pid" > "$f"; done`
  return { path: '/bin/sh', args: ['sh', '-ec', script, 'sh', ...files] }
}
