/** The sandbox's provider daemon: a process of its own, started again when it ends unasked. */
import { fork, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { programUrl } from '../../kernel/index.ts'
import { fileURLToPath } from 'node:url'

/** What the daemon says while it starts; the last one is `listed` or `unlisted`. */
export interface DaemonStage {
  readonly stage: 'machine' | 'evaluating' | 'listing' | 'listed' | 'unlisted'
  readonly facts: Readonly<Record<string, string>>
}

export interface DaemonOptions {
  readonly url: string
  readonly token: string
  /** folder of the daemon: identity, allocations, logs */
  readonly folder: string
  readonly onStage: (stage: DaemonStage) => void
  readonly onEnd: (why: string) => void
}

const STOP_MS = 20_000
const AGAIN_MS = { first: 1_000, most: 30_000 }

export class DaemonChild {
  readonly #options: DaemonOptions
  #child: ChildProcess | null = null
  #isStopping = false
  #againMs = AGAIN_MS.first

  constructor(options: DaemonOptions) {
    this.#options = options
    this.#start()
  }

  /** Asks the daemon to close its leases and end; resolves when it has, or was made to. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const child = this.#child
    if (child === null) return
    const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(late)
  }

  #start(): void {
    const { url, token, folder } = this.#options
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const log = openSync(join(folder, 'daemon.log'), 'a', 0o600)
    const main = fileURLToPath(programUrl('cli/main', import.meta.url))
    // Its own process group: Ctrl-C in the terminal reaches the server alone, which then asks the
    // daemon to close its leases while there is still an exchange to tell.
    const child = fork(main, ['provider', 'run', '--data', folder], {
      // The first minute of a sandbox matters more than figures of better tools.
      env: { SUAN_TOOLS: 'none', ...process.env, SUAN_URL: url, SUAN_API_KEY: token },
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    })
    closeSync(log)
    this.#child = child
    child.on('message', (message) => {
      this.#againMs = AGAIN_MS.first
      this.#options.onStage(message as DaemonStage)
    })
    child.once('exit', (code, signal) => this.#ended(signal ?? `exit ${code}`))
    // A process that could not be made at all (no memory, too many processes) does not exit.
    child.once('error', (error) => {
      if (child.pid === undefined) this.#ended(error.message)
    })
  }

  #ended(why: string): void {
    this.#child = null
    if (this.#isStopping) return
    this.#options.onEnd(why)
    setTimeout(() => this.#startAgain(), this.#againMs).unref()
    this.#againMs = Math.min(this.#againMs * 2, AGAIN_MS.most)
  }
  #startAgain(): void {
    if (!this.#isStopping) this.#start()
  }
}
