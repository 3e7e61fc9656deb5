/** The daemon's ends of tunnels: each is a program or a connection of one workload that runs here. */
import type { Duplex, Readable, Writable } from 'node:stream'
import { once } from 'node:events'
import { Fault, type TunnelKind } from '../../messages/index.ts'
import { TUNNEL_WHY, type TunnelWhy } from '../../wire/index.ts'
import type { Allocation, Driver } from '../drivers/driver.ts'
import type { ExecSession } from '../exec/session.ts'
import type { AskedTunnel } from '../link.ts'

/** After its end, output of a program is waited for as long as more of it comes in this time. */
const QUIET_MS = 300

/** What a driver can offer of tunnels. */
export function tunnelKinds({ capabilities }: Driver): readonly TunnelKind[] {
  return [
    ...(capabilities.exec ? (['exec'] as const) : []),
    ...(capabilities.ports ? (['port'] as const) : []),
  ]
}

/**
 * Opens what the exchange asks for. `find` gives the allocation of a workload that runs here, and
 * null for all others: those are refused.
 */
export class TunnelKeeper {
  readonly #driver: Driver
  readonly #find: (workload: number) => Allocation | null
  readonly #open = new Set<() => void>()

  constructor(driver: Driver, find: (workload: number) => Allocation | null) {
    this.#driver = driver
    this.#find = find
  }

  /** How many are open. */
  get count(): number {
    return this.#open.size
  }

  /** Opens a tunnel and serves it to its end; a refusal is told with its reason. */
  async asked(workload: number, tunnel: AskedTunnel): Promise<void> {
    try {
      const allocation = this.#find(workload)
      if (allocation === null) return tunnel.close({ why: 'it does not run on this machine' })
      if (tunnel.ask.kind === 'exec') await this.#exec(allocation, workload, tunnel)
      else await this.#port(allocation, workload, tunnel)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      tunnel.close({ why: whyOf(error) })
    }
  }

  /** Ends all that were opened. */
  close(): void {
    for (const close of this.#open) close()
  }

  async #exec(allocation: Allocation, workload: number, tunnel: AskedTunnel): Promise<void> {
    const { exec } = this.#driver
    if (exec === undefined) {
      return tunnel.close({ why: 'this machine runs no programs beside a workload' })
    }
    const { command = [], terminal = null } = tunnel.ask
    const session = await exec(allocation, workload, command, terminal)
    tunnel.onResize = session.resize.bind(session)
    tunnel.opened()
    await this.#keep(
      tunnel,
      () => session.close(),
      async () => {
        void pumpIn(tunnel, session.input)
        tunnel.close({ exit_code: await outputOf(tunnel, session) })
      },
    )
  }

  async #port(allocation: Allocation, workload: number, tunnel: AskedTunnel): Promise<void> {
    const { dial } = this.#driver
    if (dial === undefined) {
      return tunnel.close({ why: 'this machine reaches no ports of a workload' })
    }
    const socket = await dial(allocation, workload, tunnel.ask.port ?? 0)
    socket.on('error', () => undefined)
    tunnel.opened()
    await this.#keep(
      tunnel,
      () => socket.destroy(),
      async () => {
        await Promise.all([pumpIn(tunnel, socket), pumpOut(socket, tunnel)])
        tunnel.close()
      },
    )
  }

  async #keep(tunnel: AskedTunnel, close: () => void, serve: () => Promise<void>): Promise<void> {
    this.#open.add(close)
    void tunnel.pipe.ended.then(close)
    try {
      await serve()
    } finally {
      this.#open.delete(close)
      close()
    }
  }
}

/** What comes through the tunnel, as fast as it is taken. */
async function pumpIn({ pipe }: AskedTunnel, to: Writable): Promise<void> {
  for await (const bytes of pipe.data) {
    if (to.destroyed) return
    if (!to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => {})
  }
  if (!to.destroyed) to.end()
}

/** What a connection says, as fast as the other side takes it, and its end. */
async function pumpOut(from: Duplex, { pipe }: AskedTunnel): Promise<void> {
  try {
    for await (const bytes of from) if (!(await pipe.send(bytes as Uint8Array))) return
  } catch (error) {
    // The connection was cut: what came is all there is.
    if (!(error instanceof Error)) throw error
  }
  pipe.sendEnd()
}

/**
 * All that a program prints, and its exit code. What it left behind may hold its output open for
 * ever, so after its end only what still comes is waited for.
 */
async function outputOf(tunnel: AskedTunnel, session: ExecSession): Promise<number> {
  const pumps = [
    new Pump(session.output, (bytes) => tunnel.pipe.send(bytes)),
    ...(session.errors === null
      ? []
      : [new Pump(session.errors, (bytes) => tunnel.pipe.send(bytes, 'errors'))]),
  ]
  const exitCode = await session.ended
  const all = Promise.all(pumps.map((pump) => pump.done))
  for (;;) {
    const passed = pumps.map((pump) => pump.passed)
    const quiet = new Promise<'quiet'>((resolve) => setTimeout(resolve, QUIET_MS, 'quiet'))
    if ((await Promise.race([all, quiet])) !== 'quiet') return exitCode
    const isStill = pumps.every((pump, at) => !pump.isSending && pump.passed === passed[at])
    if (isStill) return exitCode
  }
}

/** Bytes from a stream to whoever takes them; ends early where nobody does. */
class Pump {
  passed = 0
  isSending = false
  readonly done: Promise<void>

  constructor(from: Readable, send: (bytes: Uint8Array) => Promise<boolean>) {
    this.done = this.#run(from, send)
  }

  async #run(from: Readable, send: (bytes: Uint8Array) => Promise<boolean>): Promise<void> {
    try {
      for await (const bytes of from) {
        this.isSending = true
        const goesOn = await send(bytes as Uint8Array)
        this.isSending = false
        this.passed += (bytes as Uint8Array).length
        if (!goesOn) return
      }
    } catch (error) {
      // It was closed under us: what came is all there is.
      if (!(error instanceof Error)) throw error
    }
  }
}

function whyOf({ code, facts }: Fault): TunnelWhy {
  const why = TUNNEL_WHY.find((each) => each === facts['why'])
  return (
    why ??
    (code === 'ENGINE_UNREACHABLE'
      ? 'it does not run on this machine'
      : 'the program cannot be started')
  )
}
