import { reportFailure } from './failure.ts'
import type { Host } from './host.ts'
import { program } from './program.ts'
import { openShell } from './shell.ts'

/** Runs one command line (without `node suan`) and gives its exit code. Throws only on bugs. */
export async function suan(argv: readonly string[], host: Host): Promise<number> {
  const shell = openShell(argv, host)
  try {
    const root = await program(shell, argv)
    await root.parseAsync(argv, { from: 'user' })
    return shell.exitCode
  } catch (error) {
    return await reportFailure(shell, error)
  }
}
