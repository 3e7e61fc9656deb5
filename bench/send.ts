/** The leanest HTTP client for load: node:http over kept connections. */
import { request, type Agent } from 'node:http'

export interface Target {
  readonly port: number
  readonly token: string
  readonly agent: Agent
}
export interface Answer {
  readonly status: number
  readonly body: { readonly order?: { readonly id: string } }
}

/** A bid far below every offer: it rests. */
export const ORDER = { symbol: 'CPU-S.C.LOCAL', side: 'buy', units: 1, price: '0.05' }

/** Sends one request; resolves with its whole answer. */
export function send(
  { port, token, agent }: Target,
  method: string,
  path: string,
  body: object | null,
): Promise<Answer> {
  const text = body === null ? '' : JSON.stringify(body)
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    ...(body === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
  }
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      let answer = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        answer += chunk
      })
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) as Answer['body'] })
      })
    })
    call.once('error', reject)
    call.end(text)
  })
}
