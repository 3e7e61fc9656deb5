import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { quote } from '../../exec/quote.ts'
import { dropTo, NO_CAPS, words, type Wrapped } from './bubblewrap.ts'
import type { Bind, Layout } from '../layout.ts'

const NAMESPACES = words(
  '--mount --pid --net --ipc --uts --fork --kill-child --propagation private',
)
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty']

/** Programs of util-linux that the sandbox needs; all are on any Linux system. */
export interface UtilLinux {
  readonly unshare: string
  readonly setpriv: string
}

/**
 * The same sandbox made by util-linux alone: a shell in new namespaces mounts the layout below
 * `root`, makes it the root folder, lets go of the old one and stays as the first process.
 */
export function unshareSandbox(
  tools: UtilLinux,
  asRoot: boolean,
  root: string,
  layout: Layout,
): Wrapped {
  const user = asRoot ? [] : words('--user --map-root-user')
  const shell = ['/bin/sh', '-c', '. /dev/fd/3', 'sh', ...layout.command]
  const bound = [tools.setpriv, ...words('--pdeathsig KILL'), tools.unshare]
  const argv = [...bound, ...user, ...NAMESPACES, ...shell]
  return { argv, options: script(tools, asRoot, root, layout) }
}

function script(tools: UtilLinux, asRoot: boolean, root: string, layout: Layout): string {
  const drop = asRoot ? dropTo(tools.setpriv) : [tools.setpriv, ...NO_CAPS]
  const variables = Object.entries(layout.environment).map(([name, value]) => `${name}=${value}`)
  return [
    'set -e',
    'PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH',
    `R=${quote(root)}`,
    'mount -t tmpfs -o mode=755,size=4m,nosuid,nodev suan "$R"',
    ...layout.links.map(({ path, target }) => `ln -s ${quote(target)} "$R"${quote(path)}`),
    ...places([...layout.readOnly, ...layout.writable]),
    ...layout.readOnly.map(({ from, to }) => bind(from, to, 'ro,')),
    ...special(),
    ...layout.writable.map(({ from, to }) => bind(from, to, '')),
    'mount -o remount,ro,nosuid,nodev "$R"',
    'hostname suan 2>/dev/null || true',
    'ip link set lo up 2>/dev/null || true',
    'cd "$R"; pivot_root . tmp; cd /; umount -l /tmp',
    'mount -t tmpfs -o mode=1777,nosuid,nodev suan /tmp',
    `cd ${quote(layout.directory)}`,
    'set +e',
    // Closed before the program starts: it holds the environment and paths of this machine.
    `env -i ${variables.map(quote).join(' ')} ${drop.map(quote).join(' ')} "$@" 3<&- &`,
    'exec 3<&-',
    'wait $!',
    'exit $?',
    '',
  ].join('\n')
}

/** What is mounted over, made by one program for all: each of its own costs milliseconds. */
function places(binds: readonly Bind[]): string[] {
  const inside = (path: string) => `"$R"${quote(path)}`
  const isFolder = ({ from }: Bind) => statSync(from).isDirectory()
  const folders = binds.map((each) => (isFolder(each) ? each.to : dirname(each.to)))
  const files = binds.filter((each) => !isFolder(each))
  const made = [...new Set(folders)].map(inside).join(' ')
  return [`mkdir -p ${made}`, ...files.map(({ to }) => `: > ${inside(to)}`)]
}

/** Both steps by one program: util-linux knows how since 2.27, older than any system with our Node. */
function bind(from: string, to: string, readOnly: 'ro,' | ''): string {
  return `mount --bind -o ${readOnly}nosuid,nodev ${quote(from)} "$R"${quote(to)}`
}

function special(): string[] {
  return [
    'mkdir -p "$R/proc" "$R/dev" "$R/tmp"',
    'mount -t proc -o nosuid,nodev,noexec proc "$R/proc"',
    'mount -t tmpfs -o mode=755,nosuid,noexec,size=64k suan "$R/dev"',
    ...DEVICES.map((name) => `: > "$R/dev/${name}"; mount --bind /dev/${name} "$R/dev/${name}"`),
    'ln -s /proc/self/fd "$R/dev/fd"',
    ...['in', 'out', 'err'].map((name, i) => `ln -s /proc/self/fd/${i} "$R/dev/std${name}"`),
    'mkdir "$R/dev/shm"; mount -t tmpfs -o mode=1777,nosuid,nodev suan "$R/dev/shm"',
  ]
}
