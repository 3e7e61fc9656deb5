import type { Readable, Writable } from 'node:stream'
import { Fault } from '../../messages/index.ts'
import type { Terminal, TunnelWhy } from '../../wire/index.ts'

export type { Terminal }

/** A program of the buyer's that was started beside a running workload. */
export interface ExecSession {
  /** what it reads; ending it closes its standard input */
  readonly input: Writable
  /** what it prints; with a terminal, all of it */
  readonly output: Readable
  /** null with a terminal */
  readonly errors: Readable | null
  /** Resolves with its exit code; what it printed may still be read. */
  readonly ended: Promise<number>
  /** Another size of the client's terminal; of no effect where that is not possible. */
  readonly resize: (terminal: Terminal) => void
  /** Ends it and what it started. */
  readonly close: () => void
}

/** To be thrown by a driver that cannot open a tunnel. */
export function noTunnel(why: TunnelWhy, cause?: unknown): Fault {
  return new Fault('TUNNEL_REFUSED', { retryable: false, facts: { why }, cause })
}
