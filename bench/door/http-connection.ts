/** One kept connection with one request under way: the leanest client, so that the server is measured. */
import { connect, type Socket } from 'node:net'
import { assert } from '../../src/kernel/index.ts'

const HEAD_END = '\r\n\r\n'

export class HttpConnection {
  readonly #socket: Socket
  readonly #token: string
  #text = ''
  #done: (body: string) => void = () => {}
  #failed: (error: Error) => void = () => {}

  private constructor(socket: Socket, token: string) {
    this.#socket = socket
    this.#token = token
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => this.#take(chunk))
    socket.on('close', () => this.#failed(new Error('the server closed the connection')))
  }

  static open(port: number, token: string): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(new HttpConnection(socket, token)))
      socket.once('error', reject)
    })
  }

  /** The body of the answer. Throws where it is not 200. */
  ask(method: string, path: string, body = ''): Promise<string> {
    const json = body === '' ? '' : 'Content-Type: application/json\r\n'
    this.#socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${this.#token}\r\n` +
        `${json}Content-Length: ${body.length}${HEAD_END}${body}`,
    )
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#failed = reject
    })
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.destroy()
  }

  #take(chunk: string): void {
    this.#text += chunk
    const head = this.#text.indexOf(HEAD_END)
    if (head < 0) return
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#text.slice(0, head))
    assert(length !== null, 'an answer has a length')
    const from = head + HEAD_END.length
    const until = from + Number(length[1])
    if (this.#text.length < until) return
    const body = this.#text.slice(from, until)
    const isGood = this.#text.startsWith('HTTP/1.1 200 ')
    this.#text = this.#text.slice(until)
    if (isGood) this.#done(body)
    else this.#failed(new Error(body))
  }
}
