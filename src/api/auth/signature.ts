import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { SIGNATURE_WINDOW_US, signingBytes } from '../../wire/index.ts'

const KEYS_KEPT = 4_096

export interface SignedRequest {
  readonly publicKey: string
  readonly timestamp: string
  readonly signature: string
  readonly method: string
  readonly target: string
  readonly bodyDigest: string
}

/** Checks Ed25519 signatures of requests, each at most once and within five seconds of its time. */
export class SignatureCheck {
  readonly #nowUs: () => number
  readonly #keys = new Map<string, KeyObject>()
  /** signatures of the window just past, oldest first, with the time after which they are stale */
  readonly #seen = new Map<string, number>()

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs
  }

  /** false when malformed, out of time, seen before, or not made by the key. */
  async accepts(request: SignedRequest): Promise<boolean> {
    const nowUs = this.#nowUs()
    this.#prune(nowUs)
    if (!/^\d{1,16}$/.test(request.timestamp) || !/^[0-9a-f]{128}$/.test(request.signature)) {
      return false
    }
    if (Math.abs(Number(request.timestamp) - nowUs) > SIGNATURE_WINDOW_US) return false
    if (this.#seen.has(request.signature)) return false
    if (!(await this.isBy(request.publicKey, signingBytes(request), request.signature)))
      return false
    // Checked again: the same bytes may have been on their way twice.
    if (this.#seen.has(request.signature)) return false
    this.#seen.set(request.signature, nowUs + 2 * SIGNATURE_WINDOW_US)
    return true
  }

  /** Is `signature` (hex) by this public key (hex) over the bytes? Verified on the thread pool. */
  async isBy(publicKey: string, bytes: Uint8Array, signature: string): Promise<boolean> {
    const key = this.#keyOf(publicKey)
    return key !== null && verifyOffThread(key, bytes, Buffer.from(signature, 'hex'))
  }

  #prune(nowUs: number): void {
    for (const [signature, untilUs] of this.#seen) {
      if (untilUs > nowUs) return
      this.#seen.delete(signature)
    }
  }

  #keyOf(publicKey: string): KeyObject | null {
    const known = this.#keys.get(publicKey)
    if (known !== undefined) return known
    if (!/^[0-9a-f]{64}$/.test(publicKey)) return null
    if (this.#keys.size >= KEYS_KEPT) this.#keys.clear()
    const x = Buffer.from(publicKey, 'hex').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    this.#keys.set(publicKey, key)
    return key
  }
}

function verifyOffThread(key: KeyObject, bytes: Uint8Array, signature: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    verify(null, bytes, key, signature, (error, valid) => resolve(error === null && valid))
  })
}
