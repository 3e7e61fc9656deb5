/** Programs that others wrote: found on PATH, run with a time limit, never trusted to end. */
import { spawn } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { sha256Hex } from '../../../kernel/index.ts'
import { endAll } from '../../proc/end-all.ts'

const OUTPUT_BYTES = 4 * 1024 * 1024

export interface ToolRun {
  readonly path: string
  readonly args: readonly string[]
  readonly limitMs: number
  /** given to its standard input */
  readonly input?: string
  readonly env?: NodeJS.ProcessEnv
  /** ends it early */
  readonly signal?: AbortSignal
}

export interface ToolOutput {
  /** null when it was ended: past its limit, too talkative, or aborted */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program in a process group of its own, so that whatever it started ends with it. */
export async function runTool({
  path,
  args,
  limitMs,
  input,
  env,
  signal,
}: ToolRun): Promise<ToolOutput> {
  const child = spawn(path, args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: env ?? { ...process.env, LC_ALL: 'C' },
  })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  let size = 0
  const end = (): void => endAll(child)
  const keep = (parts: Buffer[]) => (part: Buffer) => {
    size += part.length
    if (size > OUTPUT_BYTES) end()
    else parts.push(part)
  }
  child.stdout.on('data', keep(out))
  child.stderr.on('data', keep(err))
  // It may end without reading what it is given.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input ?? '')
  const limit = setTimeout(end, limitMs)
  signal?.addEventListener('abort', end)
  if (signal?.aborted === true) end()
  try {
    const code = await new Promise<number | null>((ended, failed) => {
      child.once('error', failed)
      child.once('close', ended)
    })
    const text = (parts: Buffer[]): string => Buffer.concat(parts).toString('utf8')
    return { code: size > OUTPUT_BYTES ? null : code, stdout: text(out), stderr: text(err) }
  } finally {
    clearTimeout(limit)
    signal?.removeEventListener('abort', end)
  }
}

/** sha256 of the file behind a path, hex: which program it was. */
export function digestOf(path: string): string {
  return sha256Hex(readFileSync(realpathSync(path)))
}
