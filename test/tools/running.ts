import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'

/** A program that a test started, at the head of a process group of its own. */
export interface Running {
  readonly pid: number
  /** everything printed so far, stdout and stderr as they came, without colours */
  readonly output: () => string
  /** The first match in the output; throws, with the output's end, on exit or after `timeoutMs`. */
  readonly printed: (pattern: RegExp, timeoutMs: number) => Promise<RegExpExecArray>
  /** Signals the whole group, as Ctrl-C in a terminal does. */
  readonly signal: (name: NodeJS.Signals) => void
  /** exit status (or signal name); throws, with the output's end, after `timeoutMs` */
  readonly ended: (timeoutMs: number) => Promise<number | string>
}

/** Starts a program with exactly the environment given. */
export function startProgram(
  command: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Running {
  const [file, ...args] = command
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let status: number | string | null = null
  const watchers = new Set<() => void>()
  const tell = (): void => {
    for (const watcher of watchers) watcher()
  }
  const append = (chunk: string): void => {
    output += stripVTControlCharacters(chunk)
    tell()
  }
  child.stdout.setEncoding('utf8').on('data', append)
  child.stderr.setEncoding('utf8').on('data', append)
  child.once('error', (error) => append(`${error.message}\n`))
  const finish = (end: number | string): void => {
    status ??= end
    tell()
  }
  // Its pipes close with it, unless a child of its own holds them and lives on.
  child.once('close', (code, signal) => finish(code ?? signal ?? 'unknown'))
  child.once('exit', (code, signal) => setTimeout(finish, 500, code ?? signal ?? 'unknown'))

  /** Asks `look` now and after every change, until it gives a value or throws. */
  const until = <T>(look: () => T | null, waitingFor: string, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        reject(new Error(`${command.join(' ')}: ${why}; its output ends:\n${output.slice(-4000)}`))
      }
      const check = (): void => {
        const found = look()
        if (found === null && status === null) return
        watchers.delete(check)
        clearTimeout(timer)
        if (found === null) fail(`ended with ${status} before ${waitingFor}`)
        else resolve(found)
      }
      const timer = setTimeout(() => {
        watchers.delete(check)
        fail(`waited ${timeoutMs / 1000} s for ${waitingFor}`)
      }, timeoutMs)
      watchers.add(check)
      check()
    })

  return {
    pid: child.pid ?? 0,
    output: () => output,
    printed: (pattern, timeoutMs) => until(() => pattern.exec(output), `${pattern}`, timeoutMs),
    signal: (name) => {
      if (child.pid !== undefined && status === null) process.kill(-child.pid, name)
    },
    ended: (timeoutMs) => until(() => status, 'its end', timeoutMs),
  }
}
