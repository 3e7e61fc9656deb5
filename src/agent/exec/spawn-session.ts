import { spawn, type ChildProcess } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { constants } from 'node:os'
import { findProgram } from '../inspect/engines.ts'
import { endAll } from '../proc/end-all.ts'
import { descendants, processTable } from '../proc/table.ts'
import { JOIN } from '../run/start-process.ts'
import { shellWords } from './quote.ts'
import { noTunnel, type ExecSession, type Terminal } from './session.ts'

/** A program of this machine and where it starts. */
export interface SpawnPlan {
  readonly argv: readonly string[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  /** files of control groups that it writes itself into */
  readonly joinFiles: readonly string[]
}

/**
 * Starts a program as a session of its own in its control group. A terminal is made by `script` of
 * util-linux, which is outside of any sandbox: the program has one end of it and no way to the other.
 * Throws Fault TUNNEL_REFUSED.
 */
export async function spawnSession(
  plan: SpawnPlan,
  terminal: Terminal | null,
): Promise<ExecSession> {
  const argv = terminal === null ? plan.argv : underTerminal(plan.argv, terminal)
  const child = spawn('/bin/sh', ['-c', JOIN, 'sh', ...plan.joinFiles, '--', ...argv], {
    cwd: plan.directory,
    env: { ...plan.environment, ...(terminal === null ? {} : { SHELL: '/bin/sh' }) },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(noTunnel('the program cannot be started', cause)))
  })
  const { stdin, stdout, stderr } = child
  // A program that ended does not read any more.
  stdin.on('error', () => undefined)
  if (terminal !== null) stderr.resume()
  return {
    input: stdin,
    output: stdout,
    errors: terminal === null ? stderr : null,
    ended: exitOf(child),
    resize: (size) => resize(child, size),
    close: () => endAll(child),
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}

function underTerminal(argv: readonly string[], { columns, rows }: Terminal): string[] {
  const script = findProgram('script')
  if (script === null) throw noTunnel('this machine has no terminal to give')
  const command = `stty cols ${columns} rows ${rows}; exec ${shellWords(argv)}`
  const options = ['--quiet', '--return', '--flush', '--echo', 'always']
  return [script, ...options, '--command', command, '/dev/null']
}

/** The terminal is what the child of `script` has as its standard input. */
function resize(script: ChildProcess, { columns, rows }: Terminal): void {
  const inner = descendants(script.pid ?? 0, processTable()).find(({ depth }) => depth === 1)
  if (inner === undefined) return
  let path: string
  try {
    path = readlinkSync(`/proc/${inner.row.pid}/fd/0`)
  } catch (error) {
    // It ended between the two looks.
    if (error instanceof Error) return
    throw error
  }
  if (!path.startsWith('/dev/pts/')) return
  const size = ['cols', String(columns), 'rows', String(rows)]
  spawn('stty', ['-F', path, ...size], { stdio: 'ignore' }).on('error', () => undefined)
}
