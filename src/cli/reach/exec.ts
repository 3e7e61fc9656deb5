/** A program beside a workload, with this process's own input, output and terminal. */
import type { Tunnel } from '../../client/index.ts'
import type { Cli } from '../cli.ts'
import { Ending, UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { connectedStream, endWords } from './stream.ts'

export interface ExecOptions {
  readonly workload: string
  readonly command: readonly string[]
  readonly hasTerminal: boolean
  readonly hasInput: boolean
}

/**
 * Runs it to its end; the answer is its exit code. Errors: those of the exchange, UsageError where a
 * terminal is asked for and there is none, Ending where the tunnel ends before the program.
 */
export async function execInside(cli: Cli, options: ExecOptions): Promise<number> {
  const { bytes } = cli.host
  const terminal = options.hasTerminal ? bytes.terminal : null
  if (options.hasTerminal && terminal === null) throw new UsageError(cli.say('error.noTerminal'))
  const stream = await connectedStream(await cli.client())
  let restore = () => {}
  try {
    const tunnel = await stream.openTunnel({
      workload_id: options.workload,
      kind: 'exec',
      command: [...options.command],
      ...(terminal === null ? {} : { terminal: terminal.size() }),
    })
    if (terminal !== null) {
      restore = terminal.raw()
      terminal.onResize(() => tunnel.resize(terminal.size()))
    }
    // In raw mode Ctrl-C is a key for the program.
    cli.host.onInterrupt(() => tunnel.close())
    if (options.hasInput) void sendInput(tunnel, bytes.input())
    else tunnel.sendEnd()
    const printed = Promise.all([
      copy(tunnel.data, (part) => bytes.put('stdout', part)),
      copy(tunnel.errors, (part) => bytes.put('stderr', part)),
    ])
    const ended = await tunnel.ended
    await printed
    if (ended.exitCode !== null) return ended.exitCode
    if (ended.end === 'client_gone') return EXIT.interrupted
    throw new Ending(EXIT.unavailable, endWords(cli, ended))
  } finally {
    restore()
    if (options.hasInput) bytes.stopInput()
    stream.close()
  }
}

async function sendInput(tunnel: Tunnel, input: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const part of input) if (!(await tunnel.send(part))) return
  } catch (error) {
    // The program ended first: reading was given up.
    if (!(error instanceof Error)) throw error
  }
  tunnel.sendEnd()
}

async function copy(
  from: AsyncIterable<Uint8Array>,
  put: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for await (const part of from) await put(part)
}
