import type { Command } from 'commander'
import { startProber } from '../server/prober.ts'
import { settle, type GlobalOptions } from '../settings.ts'
import { shellOf, type Shell } from '../shell.ts'

/** `suan probe`: looks at leases from outside with an assessor's key, until it is told to stop. */
export function register(program: Command): void {
  const shell = shellOf(program)
  program
    .command('probe')
    .summary(shell.say('help.probe'))
    .action(async (_options: object, command: Command) => {
      await probe(shell, command.optsWithGlobals<GlobalOptions>())
    })
}

async function probe(shell: Shell, globals: GlobalOptions): Promise<void> {
  const stopped = new Promise<void>((end) => shell.host.onInterrupt(end))
  const { url, key } = settle(shell, globals)
  const note = (what: string, facts: Readonly<Record<string, string | number>>): void => {
    shell.host.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), what, ...facts })}\n`)
  }
  const prober = startProber({ url, token: key, note })
  await stopped
  await prober.stop()
}
