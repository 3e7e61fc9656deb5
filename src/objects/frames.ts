/**
 * Encryption of a stream in frames, so that it can be read as it comes and no frame can be changed,
 * moved, left out or added: AES-256-GCM, nonce = 7 bytes of the file + 4 of the frame's number + 1
 * that marks the last frame (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár).
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

export const PREFIX_BYTES = 7
export const FRAME_BYTES = 65_536
export const TAG_BYTES = 16

const ALGORITHM = 'aes-256-gcm'

function nonce(prefix: Uint8Array, frame: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.set(prefix, 0)
  bytes.writeUInt32BE(frame, PREFIX_BYTES)
  bytes[11] = isLast ? 1 : 0
  return bytes
}

export interface FramePlace {
  readonly key: Uint8Array
  readonly prefix: Uint8Array
  readonly frame: number
  readonly isLast: boolean
}

/** Cipher text and tag of one frame. */
export function sealFrame(place: FramePlace, plain: Uint8Array): Buffer {
  const { key, prefix, frame, isLast } = place
  const cipher = createCipheriv(ALGORITHM, key, nonce(prefix, frame, isLast))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The plain bytes of one frame. Throws when it is not what sealFrame made at that place. */
export function openFrame(place: FramePlace, sealed: Uint8Array): Buffer {
  const { key, prefix, frame, isLast } = place
  const decipher = createDecipheriv(ALGORITHM, key, nonce(prefix, frame, isLast))
  const cut = sealed.length - TAG_BYTES
  decipher.setAuthTag(sealed.subarray(cut))
  return Buffer.concat([decipher.update(sealed.subarray(0, cut)), decipher.final()])
}

/** Size of the plain bytes of a file of `sealedBytes` frames (without the prefix). */
export function plainSize(sealedBytes: number): number {
  const frames = Math.max(1, Math.ceil(sealedBytes / (FRAME_BYTES + TAG_BYTES)))
  return sealedBytes - frames * TAG_BYTES
}
