/** The tunnels of one connection: a client's, which it opened, or those that a daemon serves. */
import { randomBytes } from 'node:crypto'
import { formatTime, newCommandId } from '../../kernel/index.ts'
import type { KeyView, WorkloadView } from '../../messages/index.ts'
import { readTunnel, type OpenTunnelOp, type TunnelOp } from '../../wire/index.ts'
import { mustLive, mustScope } from '../auth/caller.ts'
import { mustNumber } from '../inputs.ts'
import { malformed, refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { submitAs } from '../submit.ts'
import type { TunnelServer } from './hub.ts'
import type { NotOpened, Peer, Tunnel } from './tunnel.ts'

type Op<K extends TunnelOp['op']> = Extract<TunnelOp, { op: K }>
const NOWHERE = { header: () => {} }

export class ConnectionTunnels {
  readonly #services: Services
  readonly #peer: Peer
  readonly #own = new Map<number, Tunnel | null>()
  #serves = false
  #gone = false

  constructor(services: Services, peer: Peer) {
    this.#services = services
    this.#peer = peer
  }

  /** A binary frame. Those of tunnels that have ended are of no use to anyone. Throws CodecError. */
  bytes(message: Uint8Array): void {
    const frame = readTunnel(message)
    const { tunnels } = this.#services
    const tunnel = this.#find(frame.tunnel)
    // A daemon that has opened it may speak before its word of that was read.
    if (tunnel === null || !(tunnel.isOpen || this.#serves)) return
    tunnels.pass(tunnel, this.#serves ? 'daemon' : 'client', frame, message)
  }

  /** From a node's daemon: it opens tunnels from now on. Refuses with NOT_FOUND. */
  serve(key: KeyView | null, op: Op<'tunnel.serve'>): void {
    if (key === null) throw refused('UNAUTHENTICATED')
    const node = mustNumber('node', op.node_id)
    if (key.node !== node || !key.scopes.includes('provide')) {
      throw refused('NOT_FOUND', { what: 'node', id: op.node_id })
    }
    this.#serves = true
    this.#services.tunnels.serve(node, { peer: this.#peer, kinds: op.kinds })
  }

  /**
   * Opens a tunnel; resolves once it is open. 1 who may, 2 room, 3 a daemon that opens it, 4 on
   * record, 5 ask the daemon. Refuses as OpenTunnel does, with TUNNEL_UNAVAILABLE and TUNNEL_REFUSED.
   */
  async open(key: KeyView | null, op: OpenTunnelOp): Promise<void> {
    const services = this.#services
    if (key === null) throw refused('UNAUTHENTICATED')
    mustLive(services, key)
    services.limiter.take(`key ${key.key}`, services.rates.key, NOWHERE)
    mustScope(key, 'deliver')
    mustFit(op)
    this.#mustHaveRoom(op.tunnel)
    this.#own.set(op.tunnel, null)
    try {
      const workload = await this.#workload(key, op.workload_id)
      const server = this.#mustServe(workload, op)
      const tunnel = services.tunnels.add({
        key,
        kind: op.kind,
        workload,
        client: this.#peer,
        clientNumber: op.tunnel,
        daemon: server.peer,
      })
      this.#own.set(op.tunnel, tunnel)
      try {
        await this.#record(key, workload, op)
        await this.#ask(tunnel, op)
      } finally {
        if (!tunnel.isOpen) services.tunnels.end(tunnel, 'client_gone')
      }
    } catch (error) {
      this.#own.delete(op.tunnel)
      throw error
    }
  }

  /** What else is said about a tunnel; nothing where it has ended. */
  said(op: Op<'tunnel.resize' | 'tunnel.close' | 'tunnel.opened'>): void {
    const { tunnels } = this.#services
    const tunnel = this.#find(op.tunnel)
    if (tunnel === null) return
    if (op.op === 'tunnel.resize') {
      if (this.#serves) return
      const { daemon, daemonNumber } = tunnel.parts
      const { terminal } = op
      daemon.say({ type: 'tunnel.resize', tunnel: daemonNumber, terminal, ts: this.#now() })
    } else if (op.op === 'tunnel.opened') {
      if (this.#serves) tunnels.opened(tunnel)
    } else if (this.#serves) {
      const { why = null, exit_code: exitCode = null } = op
      tunnels.end(tunnel, 'done', { why, exitCode })
    } else tunnels.end(tunnel, 'client_gone')
  }

  /** The connection is closed. */
  close(): void {
    this.#gone = true
    this.#services.tunnels.gone(this.#peer)
  }

  /** Ended ones are forgotten here when they are looked for. */
  #find(number: number): Tunnel | null {
    const { tunnels } = this.#services
    if (this.#serves) return tunnels.ofDaemon(this.#peer, number)
    const tunnel = this.#own.get(number) ?? null
    if (tunnel === null || tunnels.has(tunnel)) return tunnel
    this.#own.delete(number)
    return null
  }

  #mustHaveRoom(number: number): void {
    for (const known of this.#own.keys()) this.#find(known)
    if (this.#own.has(number)) throw refused('ALREADY_EXISTS', { what: 'tunnel', id: number })
    const limit = this.#services.tunnels.limits.perConnection
    if (this.#own.size >= limit) throw refused('LIMIT_REACHED', { limit, what: 'tunnels' })
  }

  async #workload(key: KeyView, id: string): Promise<WorkloadView> {
    const workload = mustNumber('workload', id)
    const view = await this.#services.door.ask('workload', { workload })
    if (view !== null && view.account === key.account) return view
    throw refused('NOT_FOUND', { what: 'workload', id })
  }

  #mustServe({ workload: id, node }: WorkloadView, { kind }: OpenTunnelOp): TunnelServer {
    const { tunnels } = this.#services
    const server = tunnels.serverOf(node)
    const limit = tunnels.limits.perNode
    if (tunnels.countOf(node) >= limit) {
      throw refused('LIMIT_REACHED', { limit, what: 'tunnels of a node' })
    }
    if (server === null) throw unavailable(id, 'its daemon is not connected')
    if (!server.kinds.includes(kind)) throw unavailable(id, 'its daemon offers no such tunnel')
    return server
  }

  /** Who opens what and when is in the journal before anything is opened. */
  async #record(key: KeyView, { workload }: WorkloadView, op: OpenTunnelOp): Promise<void> {
    const { account, key: by } = key
    const id = newCommandId(Math.floor(this.#services.nowUs() / 1_000), randomBytes(10))
    const { kind: tunnel, port = null } = op
    const command = { kind: 'OpenTunnel', workload, tunnel, port } as const
    await submitAs(this.#services, { account, key: by, id, command }, NOWHERE)
  }

  async #ask(tunnel: Tunnel, op: OpenTunnelOp): Promise<void> {
    const { daemon, daemonNumber, workload } = tunnel.parts
    const { tunnels } = this.#services
    const { workload_id, kind, command, terminal, port } = op
    const target = { workload_id, kind, command, terminal, port }
    daemon.say({ type: 'tunnel.open', tunnel: daemonNumber, ...target, ts: this.#now() })
    const late = setTimeout(
      () => tunnels.end(tunnel, 'node_gone'),
      tunnels.limits.openSeconds * 1_000,
    )
    const failed = await tunnel.opened
    clearTimeout(late)
    if (failed !== null) throw notOpened(workload.workload, failed)
    if (this.#gone) tunnels.end(tunnel, 'client_gone')
  }

  #now(): string {
    return formatTime(this.#services.nowUs())
  }
}

/** Each kind has what it needs and nothing else. Refuses with MALFORMED. */
function mustFit({ kind, command, terminal, port }: OpenTunnelOp): void {
  const isExec = kind === 'exec'
  const faults = [
    ...(isExec === (command !== undefined) ? [] : ['command']),
    ...(isExec === (port === undefined) ? [] : ['port']),
    ...(isExec || terminal === undefined ? [] : ['terminal']),
  ]
  const message = 'exec has a command, port has a port'
  if (faults.length === 0) return
  throw malformed(...faults.map((field) => ({ field, code: 'kind', message })))
}

function unavailable(id: number, why: string): Error {
  return refused('TUNNEL_UNAVAILABLE', { id, why })
}

function notOpened(id: number, { end, why }: NotOpened): Error {
  if (why !== null) return refused('TUNNEL_REFUSED', { id, why })
  if (end === 'workload_ended') return refused('WORKLOAD_ENDED', { id })
  if (end === 'key_ended') return refused('UNAUTHENTICATED')
  return unavailable(id, 'it was not opened in time')
}
