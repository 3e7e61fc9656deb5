import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { Ending } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { listen, parseForward } from '../reach/forward.ts'
import { connectedStream } from '../reach/stream.ts'
import { shellOf } from '../shell.ts'

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('port-forward <workload> <ports...>')
    .summary(say('help.portForward'))
    .description(say('help.portForward'))
    .addHelpText('after', `${say('example.portForward')}\n${say('help.ports')}`)
    .action(task(portForward))
}

/** Until Ctrl-C, or until the workload has ended. */
async function portForward(
  cli: Cli,
  _options: object,
  workload: string,
  ports: string[],
): Promise<number> {
  const forwards = ports.map((value) => parseForward(cli, value))
  const client = await cli.client()
  await client.getWorkload({ params: { workload_id: workload } })
  const stream = await connectedStream(client)
  const open = []
  try {
    for (const forward of forwards) {
      const { server, local } = await listen(cli, stream, workload, forward)
      open.push(server)
      cli.tell(cli.say('reach.forwarding', { local, workload, port: forward.remote }))
    }
    await new Promise<void>((resolve, reject) => {
      cli.host.onInterrupt(() => resolve())
      stream.subscribe('workloads', {}, ({ data }) => {
        const ended = data.find((one) => one.id === workload && one.ended_at !== null)
        const end = cli.say('end.workload_ended')
        if (ended !== undefined) reject(new Ending(EXIT.ok, cli.say('reach.ended', { end })))
      })
    })
    return EXIT.interrupted
  } finally {
    for (const server of open) server.close()
    stream.close()
  }
}
