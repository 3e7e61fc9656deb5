import { SuanError, type Client, type Stream, type TunnelEnded } from '../../client/index.ts'
import type { Cli } from '../cli.ts'

/** A connected stream. Errors: UNREACHABLE. */
export function connectedStream(client: Client): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const stream = client.openStream({
      onState: (state) => {
        if (state === 'open') resolve(stream)
        if (state !== 'lost') return
        stream.close()
        const message = 'the exchange does not answer'
        reject(new SuanError({ code: 'UNREACHABLE', message, status: 0 }))
      },
    })
  })
}

/** Why a tunnel ended, as a sentence. */
export function endWords(cli: Cli, { end }: TunnelEnded): string {
  return cli.say('reach.ended', { end: cli.say(`end.${end}`) })
}
