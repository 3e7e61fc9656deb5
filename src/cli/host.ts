/** What a command runs in; tests give their own. */
import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import { launcherFolder } from './context.ts'
import { nodeBytes, type HostBytes } from './host-bytes.ts'

export interface Sink {
  write(text: string | Uint8Array): void
  readonly isTty: boolean
  /** of the terminal; null when it is none */
  readonly columns: number | null
}

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly launcher: string
  readonly stdout: Sink
  readonly stderr: Sink
  readonly stdin: { readonly isTty: boolean; readonly text: () => Promise<string> }
  readonly bytes: HostBytes
  /** asks on the terminal; `yes` only when said so */
  readonly confirm: (question: string, words: { yes: string; no: string }) => Promise<boolean>
  /** asks for a text that is not shown; null when given up */
  readonly secret: (question: string) => Promise<string | null>
  readonly nowMs: () => number
  readonly fetch: typeof globalThis.fetch
  /** leaves at once */
  readonly exit: (code: number) => void
  /** calls back on Ctrl-C and SIGTERM until the returned function is called */
  readonly onInterrupt: (interrupted: () => void) => () => void
}

/** This process. */
export function nodeHost(): Host {
  return {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    launcher: launcherFolder,
    stdout: sinkOf(process.stdout, 1),
    stderr: sinkOf(process.stderr, 2),
    stdin: { isTty: isatty(0), text: readStdin },
    bytes: nodeBytes(),
    confirm: askYesNo,
    secret: askSecret,
    nowMs: () => Date.now(),
    fetch: (input, init) => globalThis.fetch(input, init),
    exit: (code) => process.exit(code),
    onInterrupt(interrupted) {
      process.on('SIGINT', interrupted).on('SIGTERM', interrupted)
      return () => process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    },
  }
}

function sinkOf(stream: NodeJS.WriteStream, descriptor: number): Sink {
  const isTty = isatty(descriptor)
  return {
    write: (text) => void stream.write(text),
    isTty,
    get columns() {
      return isTty ? stream.columns : null
    },
  }
}

async function readStdin(): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

async function askYesNo(message: string, words: { yes: string; no: string }): Promise<boolean> {
  // A terminal of unknown width (serial lines, some containers) gets a plain question.
  if (process.stderr.columns === 0) return askPlainly(message)
  const { confirm } = await import('@clack/prompts')
  const answer = await confirm({
    message,
    active: words.yes,
    inactive: words.no,
    initialValue: false,
    output: process.stderr,
  })
  return answer === true
}

async function askPlainly(message: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^(?:y|yes|是)$/i.test((await lines.question(`${message} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}

async function askSecret(message: string): Promise<string | null> {
  const { password } = await import('@clack/prompts')
  const answer = await password({ message, output: process.stderr })
  return typeof answer === 'string' ? answer : null
}
