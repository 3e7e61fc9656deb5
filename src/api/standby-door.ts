/** What a standby answers: how far it is, and to everything else that it does not lead. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { randomBytes } from 'node:crypto'
import { refuse } from '../messages/index.ts'
import { languageOf, problemOf } from './problem.ts'

export interface StandbyDoor {
  /** Frees the port at once: what leads now listens there. */
  readonly close: () => Promise<void>
}

/** `/livez` is well; `/readyz` is 503 with the seq applied, so that a balancer sends nobody here. */
export async function openStandbyDoor(options: {
  readonly host: string
  readonly port: number
  readonly seq: () => number
}): Promise<StandbyDoor> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const answer = (status: number, body: object, type = 'application/json'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
      response.end(JSON.stringify(body))
    }
    if (path === '/livez') return answer(200, { status: 'ok' })
    if (path === '/readyz') return answer(503, { status: 'standby', seq: options.seq() })
    const problem = problemOf(refuse('STANDBY'), {
      requestId: `req_${randomBytes(9).toString('base64url')}`,
      instance: path,
      language: languageOf(request.headers['accept-language']),
    })
    answer(503, problem, 'application/problem+json')
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return {
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
