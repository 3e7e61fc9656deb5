/** Ports of this machine that lead to ports of a workload. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { SuanError, type Stream, type Tunnel } from '../../client/index.ts'
import type { Cli } from '../cli.ts'
import { Ending, UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'

export interface Forward {
  /** 0 is any free one */
  readonly local: number
  readonly remote: number
}

const PORT_MAX = 65_535

/** `PORT`, `LOCAL:PORT` or `:PORT`. Errors: UsageError. */
export function parseForward(cli: Cli, value: string): Forward {
  const [, local, remote] = /^(?:(\d{0,5}):)?(\d{1,5})$/.exec(value) ?? []
  const forward = { local: Number(local ?? remote), remote: Number(remote) }
  const isPort = forward.remote >= 1 && forward.remote <= PORT_MAX && forward.local <= PORT_MAX
  if (isPort) return forward
  throw new UsageError(cli.say('error.ports', { value }))
}

/** Listens on this machine's loopback; each connection is a tunnel of its own. Errors: Ending. */
export async function listen(
  cli: Cli,
  stream: Stream,
  workload: string,
  forward: Forward,
): Promise<{ readonly server: Server; readonly local: number }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    carry(stream, workload, forward.remote, socket).catch((error: unknown) => {
      socket.destroy()
      if (!(error instanceof SuanError)) throw error
      cli.tell(cli.say('reach.refused', { why: `${error.code}: ${error.message}` }))
    })
  })
  server.listen(forward.local, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    const why = error instanceof Error ? error.message : ''
    throw new Ending(EXIT.conflict, cli.say('error.portTaken', { port: forward.local, why }))
  }
  return { server, local: (server.address() as AddressInfo).port }
}

async function carry(
  stream: Stream,
  workload: string,
  port: number,
  socket: Socket,
): Promise<void> {
  const tunnel = await stream.openTunnel({ workload_id: workload, kind: 'port', port })
  void tunnel.ended.then(({ end }) => end === 'done' || socket.destroy())
  await Promise.all([inwards(socket, tunnel), outwards(tunnel, socket)])
}

async function inwards(socket: Socket, tunnel: Tunnel): Promise<void> {
  try {
    for await (const bytes of socket) if (!(await tunnel.send(bytes as Uint8Array))) return
    tunnel.sendEnd()
  } catch (error) {
    // The program here went away without a word.
    if (!(error instanceof Error)) throw error
    tunnel.close()
  }
}

async function outwards(tunnel: Tunnel, socket: Socket): Promise<void> {
  for await (const bytes of tunnel.data) {
    if (socket.destroyed) return tunnel.close()
    if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  }
  socket.end()
}
