import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFileSync } from '../../disk/index.ts'

const SECRET_BYTES = 32

/**
 * Makes tokens and salts from the command id that asks for them, with a secret of this server: so a
 * request that is sent again gets the same token, and the journal only ever sees its hash.
 */
export class Tokens {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** Reads the secret from the folder, or makes it there, durable and readable by the owner only. */
  static open(folder: string): Tokens {
    const path = join(folder, 'token.key')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    makeFileSync(path, randomBytes(SECRET_BYTES))
    return new Tokens(readFileSync(path))
  }

  /** A token of 256 bits: `suan_test_…` in the sandbox, `suan_live_…` elsewhere. */
  token(account: number, commandId: string, sandbox: boolean): string {
    const bits = this.#derive('token', account, commandId).toString('base64url')
    return `suan_${sandbox ? 'test' : 'live'}_${bits}`
  }

  /** Sixteen bytes of salt for a password verifier. */
  salt(account: number, commandId: string): Buffer {
    return this.#derive('salt', account, commandId).subarray(0, 16)
  }

  #derive(use: string, account: number, commandId: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${use}:${account}:${commandId}`).digest()
  }
}
