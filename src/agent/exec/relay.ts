/** Connections to a port by a small program beside the workload, where its network cannot be entered. */
import { Duplex } from 'node:stream'
import { noTunnel, type ExecSession } from './session.ts'

/** exit code of the relay when nobody listens */
const NOBODY_LISTENS = 7
const CONNECTED = '+'
/**
 * bash opens the connection and says so, then copies both ways. It cannot close one direction alone:
 * when this side has ended, the other's end is waited for.
 */
const RELAY = `exec 3<>"/dev/tcp/127.0.0.1/$1" || exit ${NOBODY_LISTENS}
printf '${CONNECTED}'; cat <&3 & cat >&3; wait`

/** Connects through a program that `start` starts beside the workload. Throws Fault TUNNEL_REFUSED. */
export async function dialByRelay(
  start: (command: readonly string[]) => Promise<ExecSession>,
  port: number,
): Promise<Duplex> {
  const session = await start(['bash', '-c', RELAY, 'bash', String(port)])
  session.errors?.resume()
  const first = await Promise.race([firstByte(session), session.ended])
  if (first !== CONNECTED) {
    session.close()
    throw noTunnel(
      first === NOBODY_LISTENS
        ? 'nothing answers on that port'
        : 'this machine reaches no ports of a workload',
    )
  }
  const duplex = Duplex.from({ readable: session.output, writable: session.input })
  duplex.once('close', () => session.close())
  return duplex
}

/** Resolves with what is printed first; never when nothing is. */
function firstByte({ output }: ExecSession): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const byte = output.read(1) as Buffer | null
      if (byte === null) return
      output.off('readable', look)
      resolve(byte.toString())
    }
    output.on('readable', look)
  })
}
