/** What is said about tunnels on the WebSocket, in both directions; docs/tunnels.md. */
import { Literal, type Static } from 'typebox'
import { tunnelKind } from '../../messages/index.ts'
import {
  ArrayOf,
  Closed,
  Count,
  Id,
  Integer,
  Optional,
  Shape,
  Text,
  Time,
  U32,
  Word,
  Words,
} from '../schema.ts'

const ARGUMENTS_MAX = 256
const ARGUMENT_BYTES = 32_768

/** A terminal's size in characters. */
const Terminal = Closed({
  columns: Integer({ minimum: 1, maximum: 4_096 }),
  rows: Integer({ minimum: 1, maximum: 4_096 }),
})
export type Terminal = Static<typeof Terminal>

/** Where a tunnel leads. */
const target = {
  workload_id: Id('workload'),
  kind: Word(tunnelKind),
  /** of exec: the program and its arguments */
  command: Optional(
    ArrayOf(Text({ minLength: 1, maxLength: ARGUMENT_BYTES }), {
      minItems: 1,
      maxItems: ARGUMENTS_MAX,
    }),
  ),
  /** of exec: the program gets a terminal of this size */
  terminal: Optional(Terminal),
  /** of port: on the workload's own loopback */
  port: Optional(Integer({ minimum: 1, maximum: 65_535 })),
}
/** number of a tunnel: chosen by the client, repeated in all that is said about it */
const tunnel = U32

/** Why a daemon opens no tunnel. */
export const TUNNEL_WHY = [
  'it does not run on this machine',
  'this machine runs no programs beside a workload',
  'this machine reaches no ports of a workload',
  'this machine has no terminal to give',
  'the program cannot be started',
  'nothing answers on that port',
] as const
export type TunnelWhy = (typeof TUNNEL_WHY)[number]

/** Why a tunnel ended. */
const TUNNEL_ENDS = [
  /** the program has ended, or both sides of the port are closed */
  'done',
  /** the client closed it, or its connection is gone */
  'client_gone',
  /** the daemon closed it or its connection is gone */
  'node_gone',
  'workload_ended',
  'allocation_closed',
  'key_ended',
  /** nothing passed for too long */
  'idle',
  /** it carried all that it may */
  'size',
  /** a side sent more than it was granted */
  'overrun',
] as const
export type TunnelEnd = (typeof TUNNEL_ENDS)[number]

export const TUNNEL_OPS = {
  /** Answered with an ack once it is open, or with an error. */
  'tunnel.open': Closed({ op: Literal('tunnel.open'), tunnel, ...target }),
  /** Not answered. */
  'tunnel.resize': Closed({ op: Literal('tunnel.resize'), tunnel, terminal: Terminal }),
  /**
   * Not answered, and of no effect once the tunnel has ended. From a daemon: with `why` instead of
   * opening it, with `exit_code` after a program.
   */
  'tunnel.close': Closed({
    op: Literal('tunnel.close'),
    tunnel,
    why: Optional(Words(...TUNNEL_WHY)),
    exit_code: Optional(Integer({ minimum: 0, maximum: 255 })),
  }),
  /** From a node's daemon: asks it for tunnels of these kinds from now on. Answered with an ack. */
  'tunnel.serve': Closed({
    op: Literal('tunnel.serve'),
    node_id: Id('node'),
    kinds: ArrayOf(Word(tunnelKind), { maxItems: 2 }),
  }),
  /** From a daemon: the tunnel it was asked for is open. Not answered. */
  'tunnel.opened': Closed({ op: Literal('tunnel.opened'), tunnel }),
}
export type TunnelOp = Static<(typeof TUNNEL_OPS)[keyof typeof TUNNEL_OPS]>
export type OpenTunnelOp = Static<(typeof TUNNEL_OPS)['tunnel.open']>

/** To a daemon: open it, or say why not. */
const AskFrame = Shape({ type: Words('tunnel.open'), tunnel, ...target, ts: Time })
/** To a daemon: the client's terminal has another size. */
const ResizeFrame = Shape({ type: Words('tunnel.resize'), tunnel, terminal: Terminal, ts: Time })
/** To both: it has ended; what was on its way to the client has been sent before. */
const EndFrame = Shape({
  type: Words('tunnel.end'),
  tunnel,
  end: Words(...TUNNEL_ENDS),
  exit_code: Optional(Integer()),
  /** carried towards the workload and from it */
  bytes_in: Count,
  bytes_out: Count,
  ts: Time,
})
export const TUNNEL_FRAMES = {
  'tunnel.ask': AskFrame,
  'tunnel.resized': ResizeFrame,
  'tunnel.ended': EndFrame,
}
export type TunnelAskFrame = Static<typeof AskFrame>
export type TunnelEndFrame = Static<typeof EndFrame>
export type TunnelServerFrame = TunnelAskFrame | Static<typeof ResizeFrame> | TunnelEndFrame
