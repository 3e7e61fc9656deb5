/** Programs that tests run as processes of their own, and kill. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Bundles a TypeScript program into a folder and returns the path of the result. */
export async function bundleProgram(source: string, folder: string): Promise<string> {
  const outfile = join(folder, 'program.mjs')
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'error',
  })
  return outfile
}

/** A program at work, and the whole lines that it has printed so far. */
export interface Victim {
  readonly lines: () => readonly string[]
  /** kill -9; resolves when the process is gone and everything it printed was read */
  readonly kill: () => Promise<void>
  /** Resolves when a line is there; rejects with what it printed to stderr when it ends before. */
  readonly printed: (line: string) => Promise<void>
}

export function startVictim(program: string, ...args: readonly string[]): Victim {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const lines = (): string[] => out.split('\n').slice(0, -1)
  return {
    lines,
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
    printed: async (line) => {
      while (!lines().includes(line)) {
        if (child.exitCode !== null) throw new Error(`the program ended: ${errors}`)
        await Promise.race([gone, new Promise((resolve) => child.stdout.once('data', resolve))])
      }
    },
  }
}
