/**
 * Bytes of a tunnel in a binary frame of the WebSocket (docs/tunnels.md): a head of 8 bytes, as
 * batches have it, and what passes through.
 */
import { FRAME, viewOf, wrong } from '../batch/layout.ts'

export const TUNNEL = {
  version: 1,
  headBytes: 8,
  /** most that one frame carries */
  chunkBytes: 32_768,
  /** what may be on its way in one direction before the receiver has granted more */
  windowBytes: 262_144,
} as const

/** What a frame says, the third and fourth byte of its head. */
const SAYS = {
  /** bytes of the first stream: input towards the program, output from it, or of a port */
  data: 0,
  /** bytes of a program's standard error */
  errors: 1,
  /** no bytes follow in this direction */
  end: 2,
  /** the receiver has used up so many bytes (u32): as many more may come */
  credit: 3,
} as const
export type Says = keyof typeof SAYS
const WORDS = Object.keys(SAYS) as readonly Says[]

export interface TunnelFrame {
  /** chosen by who asked for the tunnel: 0 to 2^32-1 */
  readonly tunnel: number
  readonly says: Says
  /** of data and errors; empty otherwise */
  readonly bytes: Uint8Array
  /** of credit: bytes that may follow; 0 otherwise */
  readonly credit: number
}

/** Is a binary message one of a tunnel? All others are batches. */
export function isTunnelFrame(message: Uint8Array): boolean {
  return message.length >= 2 && message[1] === FRAME.tunnel
}

/** A frame of bytes, or with no bytes of an end. */
export function encodeTunnel(
  tunnel: number,
  says: Says,
  bytes: Uint8Array = NOTHING,
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(TUNNEL.headBytes + bytes.length)
  const view = viewOf(frame)
  view.setUint8(0, TUNNEL.version)
  view.setUint8(1, FRAME.tunnel)
  view.setUint16(2, SAYS[says], true)
  view.setUint32(4, tunnel, true)
  frame.set(bytes, TUNNEL.headBytes)
  return frame
}

/** A frame that grants `bytes` more. */
export function encodeCredit(tunnel: number, bytes: number): Uint8Array<ArrayBuffer> {
  const granted = new Uint8Array(4)
  viewOf(granted).setUint32(0, bytes, true)
  return encodeTunnel(tunnel, 'credit', granted)
}

/** Reads a frame; its bytes are a part of `message`. Throws CodecError with the field that is wrong. */
export function readTunnel(message: Uint8Array): TunnelFrame {
  if (message.length < TUNNEL.headBytes) throw wrong('head', `${TUNNEL.headBytes} bytes`)
  const view = viewOf(message)
  if (view.getUint8(0) !== TUNNEL.version) throw wrong('version', `${TUNNEL.version}`)
  if (view.getUint8(1) !== FRAME.tunnel) throw wrong('kind', `${FRAME.tunnel}`)
  const says = WORDS[view.getUint16(2, true)]
  if (says === undefined) throw wrong('says', `0 to ${WORDS.length - 1}`)
  const tunnel = view.getUint32(4, true)
  const bytes = message.subarray(TUNNEL.headBytes)
  if (says === 'credit') {
    if (bytes.length !== 4) throw wrong('length', '4 bytes of credit')
    const credit = view.getUint32(TUNNEL.headBytes, true)
    if (credit === 0 || credit > TUNNEL.windowBytes) throw wrong('credit', CREDIT_RANGE)
    return { tunnel, says, bytes: NOTHING, credit }
  }
  const [least, most] = says === 'end' ? [0, 0] : [1, TUNNEL.chunkBytes]
  if (bytes.length < least || bytes.length > most)
    throw wrong('length', `${least} to ${most} bytes`)
  return { tunnel, says, bytes, credit: 0 }
}

/** The same frame under another number: each connection numbers its tunnels itself. */
export function renumber(message: Uint8Array, tunnel: number): Uint8Array {
  viewOf(message).setUint32(4, tunnel, true)
  return message
}

const NOTHING = new Uint8Array(0)
const CREDIT_RANGE = `1 to ${TUNNEL.windowBytes}`
