/** A network namespace that reaches an exchange over one cable, which can be pulled. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 20

export class OwnNetwork {
  /** a program that is started through this sees this network alone */
  readonly wrap: readonly string[]
  /** address of the exchange as seen from inside */
  readonly url: string
  readonly #name: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(name: string, server: Server, url: string) {
    this.#name = name
    this.#server = server
    this.url = url
    this.wrap = ['ip', 'netns', 'exec', name]
  }

  /** `port` is the one of the exchange on this machine's loopback. Needs root. */
  static async open(port: number): Promise<OwnNetwork> {
    const tag = process.pid % 10_000
    const name = `suan-${tag}`
    const [near, far] = [`suan-n${tag}`, `suan-f${tag}`]
    const [here, there] = [`10.213.${tag % 250}.1`, `10.213.${tag % 250}.2`]
    ip(`netns add ${name}`)
    ip(`link add ${near} type veth peer name ${far}`)
    ip(`link set ${far} netns ${name}`)
    ip(`addr add ${here}/30 dev ${near}`)
    ip(`link set ${near} up`)
    for (const line of [
      `addr add ${there}/30 dev ${far}`,
      `link set ${far} up`,
      `link set lo up`,
    ]) {
      ip(`-n ${name} ${line}`)
    }
    const server = createServer()
    server.listen(0, here)
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no TCP address')
    const network = new OwnNetwork(name, server, `http://${here}:${address.port}`)
    server.on('connection', (socket) => network.#join(socket, port))
    return network
  }

  /** From now on no packet passes; nobody is told. */
  cut(): void {
    ip(`link set suan-n${this.#tag} down`)
  }

  mend(): void {
    ip(`link set suan-n${this.#tag} up`)
  }

  async close(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    ip(`link del suan-n${this.#tag}`)
    ip(`netns del ${this.#name}`)
    while (this.#sockets.size > 0) await sleep(LOOK_MS)
  }

  get #tag(): string {
    return this.#name.slice('suan-'.length)
  }

  #join(near: Socket, port: number): void {
    const far = createConnection(port, '127.0.0.1')
    near.pipe(far).pipe(near)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }
}

function ip(line: string): void {
  execFileSync('ip', line.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] })
}
