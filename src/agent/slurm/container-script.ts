/** What a job does that runs its program in a container, and what programs beside it are started by. */
import { bookkept, quote } from './script.ts'

/** A container as its node knows it. */
export interface Container {
  /** path of the runtime on the node */
  readonly runtime: string
  /** folder with its config.json and all that the runtime keeps of it, on the shared file system */
  readonly bundle: string
}

/** Each has a folder of states for itself. */
const NAME = 'suan'
const CLEAN = 'env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * In the new namespaces, where the job's user is root: the runtime is their first process, so that
 * nothing outlives it. Its number on the node is kept for those who enter. It must not make control
 * groups below Slurm's, who could not remove them then: for the runtime they cannot be written.
 */
const INSIDE = `read -r pid rest < /proc/self/stat; echo "$pid" > pid
while read -r from at type rest; do
  case $type in cgroup*) mount -o remount,bind,ro "$from" "$at" || true ;; esac
done < /proc/self/mounts
mount -t proc -o nosuid,nodev,noexec proc /proc
exec "$1" --root state --log log run --bundle . ${NAME}`

/**
 * The script of a job in a container, with the same books as that of a plain job. The shell passes an
 * order to end (USR1) on to the runtime, and that to the program, once there is one.
 */
export function containerScript(container: Container, folder: string): string {
  return bookkept(
    folder,
    `cd ${quote(container.bundle)} || exit 125
tell() {
  until [ -e state/${NAME}/state.json ]; do kill -0 "$child" 2>/dev/null || return; sleep 0.05; done
  read -r pid < pid && kill -TERM "$pid"
}
trap : TERM; trap tell USR1
${CLEAN} setpriv --pdeathsig KILL unshare --user --map-root-user --mount --pid --fork --kill-child \\
  --propagation private /bin/sh -ec ${quote(INSIDE)} sh ${quote(container.runtime)} &
child=$!
while wait "$child"; code=$?; kill -0 "$child" 2>/dev/null; do :; done`,
  )
}

/**
 * The script of a program beside the one of a container, started by the runtime itself; `description`
 * is a file with its process. As a shell ends that cannot start a program, so does this.
 */
export function besideContainerScript(
  container: Container,
  description: string,
  codeFile: string,
): string {
  const log = quote(`${description}.log`)
  return `cd ${quote(container.bundle)} || exit 125
${ENTERED}
${enter('"$pid"', '--mount --pid')} ${quote(container.runtime)} --root "$PWD/state" --log ${log} \\
  exec --process ${quote(description)} ${NAME}
code=$?
if [ $code = 255 ]; then
  if grep -Eqi 'not found|no such file' ${log}; then code=127
  elif grep -qi 'permission denied' ${log}; then code=126; fi
fi
rm -f ${log}
echo $code > ${quote(codeFile)}
`
}

/** The script of a program of the node in the network of a container. */
export function besideNetworkScript(container: Container, command: readonly string[]): string {
  return `cd ${quote(container.bundle)} || exit 125
${ENTERED}
set -- $(cat "/proc/$pid/task/"*/children)
exec ${enter('"$1"', '--net')} ${command.map(quote).join(' ')}
`
}

/** Waits for the program itself: from then on there is something to enter. */
const ENTERED = `n=0
until [ -e state/${NAME}/state.json ] && [ ! -e state/${NAME}/exec.fifo ]; do
  n=$((n + 1)); [ $n -lt 100 ] || exit 125; sleep 0.05
done
read -r pid < pid || exit 125`

/** The job's user stays itself, which is root there. */
function enter(target: string, namespaces: string): string {
  return `${CLEAN} nsenter --target ${target} --user --preserve-credentials ${namespaces} --`
}
