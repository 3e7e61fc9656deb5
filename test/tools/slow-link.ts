/** A way to a PostgreSQL server that carries only so much: what comes back waits its turn. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const NAME = '.s.PGSQL.5432'

export class SlowLink {
  /** folder that stands for the server's in an address */
  readonly folder = mkdtempSync(join(tmpdir(), 'suan-link-'))
  /** bytes that have come back on all connections together */
  passed = 0
  readonly #bytesPerSecond: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(to: string, bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
    this.#server = createServer((near) => this.#join(near, createConnection(join(to, NAME))))
  }

  /** To the server whose socket lies in the folder `to`; each connection has this rate. */
  static async open(to: string, bytesPerSecond: number): Promise<SlowLink> {
    const link = new SlowLink(to, bytesPerSecond)
    await new Promise<void>((done) => link.#server.listen(join(link.folder, NAME), done))
    return link
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #join(near: Socket, far: Socket): void {
    near.pipe(far)
    far.on('data', (bytes: Buffer) => {
      this.passed += bytes.length
      near.write(bytes)
      far.pause()
      setTimeout(() => far.resume(), (bytes.length / this.#bytesPerSecond) * 1_000)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => other.destroy())
    }
  }
}
