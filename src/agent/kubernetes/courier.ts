import { closeSync, createReadStream, openSync, statSync, writeSync } from 'node:fs'
import { Fault, LIMITS } from '../../messages/index.ts'
import { NOTICE_FILE } from '../lease-folder.ts'
import type { Cluster } from './cluster.ts'
import { exec } from './exec.ts'
import type { Order, Parcel } from './parcels.ts'
import { INPUTS } from './phases.ts'

/** The container beside the program that signals it and hands out its output. */
export const COURIER = 'courier'
/** Where couriers see a pod's folders. */
export const COURIER_FOLDER = '/courier'

/** The volume that a program reads its notice in, and its courier writes to. */
export const NOTICES = 'notices'

const FLAG = `${COURIER_FOLDER}/flag/sent`
/** What the courier of the inputs does: it waits until all of them came. */
export const WAIT = ['sh', '-c', `until [ -e ${FLAG} ]; do sleep 0.1; done`]
/** What the courier beside the program does: it is there, until it is let go. */
export const STAY = [
  'sh',
  '-c',
  `mkfifo ${COURIER_FOLDER}/flag/end; read -r _ < ${COURIER_FOLDER}/flag/end`,
]
const LET_GO = ['sh', '-c', `echo > ${COURIER_FOLDER}/flag/end`]

/** Standard input cannot be closed over this door, so as many bytes are taken as were announced. */
const UNPACK = 'head -c "$1" | tar xf - -C "$2"'
/**
 * Signals the first process of the other container: the one whose parent is outside of the pod. With
 * it ends all that it started. What another user runs (the pod's own first process) is out of reach.
 */
const SIGNAL = `me=$(readlink /proc/self/ns/mnt)
for p in /proc/[0-9]*; do n=$(readlink $p/ns/mnt 2>/dev/null) || continue
[ "$n" = "$me" ] || ! grep -q '^PPid:.0$' $p/status || kill -"$1" "\${p#/proc/}"; done`
/** Ends every program whose environment has this line. */
const KILL_MARKED = `for p in /proc/[0-9]*; do
tr '\\0' '\\n' < $p/environ 2>/dev/null | grep -qxF "$1" && kill -KILL "\${p#/proc/}"; done`
/** In one step, so that nobody reads half of it; without a text there is none any more. */
export const TELL = `cd "$2" || exit 1
if [ -z "$1" ]; then rm -f ${NOTICE_FILE}; else printf '%s' "$1" > next && mv next ${NOTICE_FILE}; fi`
/** 3: there is nothing of this name. */
const PACK = 'cd "$1" || exit 3; [ -e "$2" ] || exit 3; exec tar cf - -- "$2"'

/** Brings inputs into a pod whose courier waits for them, and lets it go on. */
export async function sendInputs(
  cluster: Cluster,
  pod: string,
  parcels: readonly Parcel[],
): Promise<void> {
  for (const { tar, to } of parcels) {
    const command = ['sh', '-c', UNPACK, 'sh', String(statSync(tar).size), to]
    const input = createReadStream(tar)
    const { exitCode, stderr } = await exec(cluster, { pod, container: INPUTS, command, input })
    if (exitCode !== 0) throw new Error(`the courier could not unpack: ${stderr}`)
  }
  await exec(cluster, { pod, container: INPUTS, command: ['touch', FLAG] })
}

/** Sends a signal to the program of a pod, by the courier beside it. */
export async function signalMain(cluster: Cluster, pod: string, signal: string): Promise<void> {
  await exec(cluster, { pod, container: COURIER, command: ['sh', '-c', SIGNAL, 'sh', signal] })
}

/** Puts the notice where the program of a pod finds it, or takes it away. */
export async function tellNotice(
  cluster: Cluster,
  pod: string,
  text: string | null,
): Promise<void> {
  const command = ['sh', '-c', TELL, 'sh', text ?? '', `${COURIER_FOLDER}/${NOTICES}`]
  const { exitCode, stderr } = await exec(cluster, { pod, container: COURIER, command })
  if (exitCode !== 0) throw new Fault('ENGINE_UNREACHABLE', { cause: new Error(stderr) })
}

/** Ends a program that was started beside the one of a pod, and all that it started. */
export async function killMarked(cluster: Cluster, pod: string, mark: string): Promise<void> {
  const command = ['sh', '-c', KILL_MARKED, 'sh', mark]
  await exec(cluster, { pod, container: COURIER, command })
}

/** TCP ports of a pod that are listened on, as its own kernel lists them. */
export async function listeningPorts(cluster: Cluster, pod: string): Promise<number[]> {
  const command = ['sh', '-c', 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null']
  let table = ''
  const output = (bytes: Uint8Array) => (table += Buffer.from(bytes).toString())
  await exec(cluster, { pod, container: COURIER, command, output })
  // Columns: number, local address:port, remote address:port, state (0A is listening).
  const found = table.matchAll(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /gm)
  return [...found].map(([, port = '']) => Number.parseInt(port, 16))
}

/** Ends the courier beside a program that has ended: then the pod has, and what it held is free. */
export async function letGo(cluster: Cluster, pod: string): Promise<void> {
  await exec(cluster, { pod, container: COURIER, command: LET_GO })
}

/** Fetches a packed folder; `none` when it is not there, `too large` beyond what an output may be. */
export async function fetchOutput(
  cluster: Cluster,
  pod: string,
  order: Order,
): Promise<'fetched' | 'none' | 'too large'> {
  const command = ['sh', '-c', PACK, 'sh', order.from, order.name]
  const file = openSync(order.tar, 'w', 0o600)
  let size = 0
  try {
    const output = (bytes: Uint8Array) => {
      size += bytes.length
      // The rest of it is let pass by: the connection has no way to say stop.
      if (size <= LIMITS.outputBytes) writeSync(file, bytes)
    }
    const { exitCode } = await exec(cluster, { pod, container: COURIER, command, output })
    if (exitCode !== 0) return 'none'
    return size > LIMITS.outputBytes ? 'too large' : 'fetched'
  } finally {
    closeSync(file)
  }
}
