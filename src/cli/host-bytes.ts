/** Bytes and the terminal of this process, for commands that stand between two programs. */
import { once } from 'node:events'
import { isatty } from 'node:tty'

export interface HostBytes {
  /** what is typed or piped in, to its end */
  readonly input: () => AsyncIterable<Uint8Array>
  /** Nothing more is read: a program that waits for input would never end. */
  readonly stopInput: () => void
  /** Writes; resolves when the reader has room for more. */
  readonly put: (to: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void>
  /** null where this process has no terminal to give away */
  readonly terminal: HostTerminal | null
}

export interface HostTerminal {
  readonly size: () => { columns: number; rows: number }
  readonly onResize: (resized: () => void) => void
  /** Keys come as they are typed, unseen and unhandled; the answer ends that. */
  readonly raw: () => () => void
}

/** Those of this process. */
export function nodeBytes(): HostBytes {
  return {
    input: () => process.stdin,
    stopInput: () => void process.stdin.destroy(),
    put: async (to, bytes) => {
      if (!process[to].write(bytes)) await once(process[to], 'drain')
    },
    terminal: isatty(0) && isatty(1) ? nodeTerminal() : null,
  }
}

function nodeTerminal(): HostTerminal {
  const { stdin, stdout } = process
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    onResize: (resized) => void stdout.on('resize', resized),
    raw: () => {
      stdin.setRawMode(true)
      return () => void stdin.setRawMode(false)
    },
  }
}
