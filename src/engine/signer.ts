import { createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { makeFileSync } from '../disk/index.ts'
import { toHex } from '../kernel/index.ts'

/** The exchange's own Ed25519 key. */
export interface Signer {
  /** 32 bytes, hex */
  readonly publicKey: string
  /** signature over `bytes`: 64 bytes, hex */
  readonly sign: (bytes: Uint8Array) => string
}

const SEED_BYTES = 32
/** PKCS #8 of an Ed25519 key up to its seed, and SPKI up to the public key (RFC 8410 section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_HEAD_BYTES = 12

/** A signer from 32 secret bytes. */
export function signerFromSeed(seed: Uint8Array): Signer {
  const der = Buffer.concat([PKCS8_HEAD, seed])
  return signerOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
}

/** The signer whose PEM key lies at `path`; made there (mode 0600) when there is none. */
export function openSigner(path: string): Signer {
  if (!existsSync(path)) {
    const der = Buffer.concat([PKCS8_HEAD, randomBytes(SEED_BYTES)])
    const made = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    // The first record of the journal names this key: it must outlive whatever the journal does.
    makeFileSync(path, Buffer.from(made.export({ format: 'pem', type: 'pkcs8' })))
  }
  return signerOf(createPrivateKey(readFileSync(path)))
}

function signerOf(key: KeyObject): Signer {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: toHex(spki.subarray(SPKI_HEAD_BYTES)),
    sign: (bytes) => toHex(sign(null, bytes, key)),
  }
}
