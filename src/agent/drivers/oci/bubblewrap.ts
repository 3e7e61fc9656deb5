import { NOBODY, type Layout } from '../layout.ts'

/** Command and options of a sandbox around a layout; options are read from file descriptor 3. */
export interface Wrapped {
  readonly argv: readonly string[]
  readonly options: string
}

/**
 * A sandbox made by bubblewrap: own mounts, processes, network (loopback only), IPC and host name.
 * As root it keeps just the capabilities to become nobody, which setpriv then gives up; any other
 * user enters a user namespace, where the program is nobody.
 */
export function bubblewrap(program: string, setpriv: string | null, layout: Layout): Wrapped {
  const drop = setpriv === null ? [] : dropTo(setpriv)
  const options = [
    ...words('--unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try'),
    ...words('--die-with-parent --new-session --hostname suan'),
    ...(setpriv === null ? userNamespace() : rootCapabilities()),
    ...parents(layout).flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...layout.readOnly.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...layout.links.flatMap(({ path, target }) => ['--symlink', target, path]),
    ...words('--proc /proc --dev /dev --perms 1777 --tmpfs /tmp'),
    ...layout.writable.flatMap(({ from, to }) => ['--bind', from, to]),
    // The root is a tmpfs that a user namespace's nobody owns: nothing but the folders above is written.
    ...words('--remount-ro /'),
    '--chdir',
    layout.directory,
    '--clearenv',
    ...Object.entries(layout.environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ]
  return {
    argv: [program, '--args', '3', '--', ...drop, ...layout.command],
    options: options.map((option) => `${option}\0`).join(''),
  }
}

/** Options of setpriv that give up all capabilities for good. */
export const NO_CAPS = words('--no-new-privs --inh-caps=-all --bounding-set=-all')

/** Becomes nobody without any privilege, for good. */
export function dropTo(setpriv: string): string[] {
  return [setpriv, ...words(`--reuid=${NOBODY} --regid=${NOBODY} --clear-groups`), ...NO_CAPS]
}

/** Folders above what is bound: bubblewrap would make them for their owner only. */
function parents(layout: Layout): string[] {
  const found = new Set<string>()
  for (const { to } of [...layout.readOnly, ...layout.writable]) {
    const parts = to.split('/').slice(1, -1)
    parts.forEach((_part, index) => found.add(`/${parts.slice(0, index + 1).join('/')}`))
  }
  return [...found].sort()
}

function userNamespace(): string[] {
  return words(`--unshare-user --uid ${NOBODY} --gid ${NOBODY} --cap-drop ALL`)
}

function rootCapabilities(): string[] {
  return words('--cap-drop ALL --cap-add CAP_SETUID --cap-add CAP_SETGID --cap-add CAP_SETPCAP')
}

/** The words of a text without quotes. */
export function words(text: string): string[] {
  return text.split(' ')
}
