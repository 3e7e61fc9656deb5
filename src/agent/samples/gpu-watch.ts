/** What the cards are doing: one `nvidia-smi` that tells it every second. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

const FIELDS =
  'index,utilization.gpu,memory.used,memory.total,power.draw,temperature.gpu,ecc.errors.uncorrected.volatile.total'
const AGAIN_MS = 60_000

/** Of one card; NaN where its driver does not tell. */
export interface CardSample {
  readonly busy: number
  readonly memory: number
  readonly powerW: number
  readonly tempC: number
  readonly errors: number
}

export class GpuWatch {
  readonly #cards = new Map<string, CardSample>()
  #child: ChildProcess | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(command = 'nvidia-smi') {
    this.#start(command)
  }

  /** The newest of each card; none where there is no card. */
  get cards(): readonly CardSample[] {
    return [...this.#cards.values()]
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    // One that could not be started has no id, and Node would signal our own process group for it.
    if (this.#child?.pid !== undefined) this.#child.kill()
  }

  #start(command: string): void {
    const args = [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits', '--loop=1']
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#child = child
    child.unref()
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [index, card] = parseCard(line) ?? []
      if (index !== undefined && card !== undefined) this.#cards.set(index, card)
    })
    // No such command, or a driver that went away: it may come back.
    child.on('error', () => this.#ended(command))
    child.on('exit', () => this.#ended(command))
  }

  #ended(command: string): void {
    this.#cards.clear()
    if (this.#closed || this.#timer !== null) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#start(command)
    }, AGAIN_MS)
    this.#timer.unref()
  }
}

/** A line of the csv; null when it is none. */
export function parseCard(line: string): [string, CardSample] | null {
  const [index, busy, used, total, power, temp, errors] = line.split(',').map((part) => part.trim())
  if (index === undefined || !/^\d+$/.test(index) || errors === undefined) return null
  const number = (text: string | undefined): number => Number.parseFloat(text ?? '')
  return [
    index,
    {
      busy: number(busy) / 100,
      memory: number(used) / number(total),
      powerW: number(power),
      tempC: number(temp),
      errors: number(errors),
    },
  ]
}
