import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '../kernel/index.ts'
import { writeDurably } from './files.ts'

/** The daemon's Ed25519 key pair: the node is known to the exchange by its public key. */
export interface Identity {
  /** 32 bytes as hex */
  readonly publicKey: string
  /** Ed25519 signature of the bytes, 64 bytes as hex. */
  readonly sign: (bytes: Uint8Array) => string
}

/** DER header of an Ed25519 public key (RFC 8410); the 32 key bytes follow. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Reads the key `node-key.pem` of the data folder; makes one, mode 0600, when there is none. */
export function loadIdentity(folder: string): Identity {
  const path = join(folder, 'node-key.pem')
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { privateKey } = generateKeyPairSync('ed25519')
    writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
  }
  chmodSync(path, 0o600)
  const privateKey = createPrivateKey(readFileSync(path))
  return {
    publicKey: publicHex(privateKey),
    sign: (bytes) => toHex(sign(null, bytes, privateKey)),
  }
}

/** Is `signature` (hex) an Ed25519 signature of the bytes by `publicKey` (hex)? False on bad hex. */
export function verifySignature(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(publicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false
  const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'hex')])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, bytes, key, Buffer.from(signature, 'hex'))
}

function publicHex(privateKey: KeyObject): string {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return toHex(der.subarray(SPKI_PREFIX.length))
}
