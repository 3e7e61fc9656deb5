import { encode, newCommandId } from '../../src/kernel/index.ts'
import {
  envelope as envelopeCodec,
  Fault,
  packRecords,
  type Command,
  type Envelope,
  type Reply,
} from '../../src/messages/index.ts'
import type { Counts } from './counts.ts'
import type { Draw } from './draw.ts'
import type { Host } from './host.ts'
import type { Network } from './network.ts'
import type { Timeline } from './timeline.ts'

const US_PER_MS = 1_000
/** once more of it after each try */
const ASK_AGAIN_US = 3_000_000
const PATIENCE_MAX_US = 480_000_000
const SWEEP_US = 2_000_000

interface Waiting {
  readonly envelope: Envelope
  sentUs: number
  tries: number
  readonly answered: (reply: Reply | null) => void
}

/** What every client does: one id a command, the same id again until there is an answer. */
export class Callers {
  /** commands without an answer */
  waiting = 0
  readonly #timeline: Timeline
  readonly #draw: Draw
  readonly #network: Network
  readonly #host: Host
  readonly #counts: Counts
  readonly #replied: (envelope: Envelope, reply: Reply) => void
  readonly #waiting = new Map<string, Waiting>()
  #ids = 0
  /** before then nobody loses patience */
  #impatientUs = 0

  constructor(parts: {
    readonly timeline: Timeline
    readonly draw: Draw
    readonly network: Network
    readonly host: Host
    readonly counts: Counts
    /** sees every answer that reaches a client, also the second one to the same command */
    readonly replied: (envelope: Envelope, reply: Reply) => void
  }) {
    this.#timeline = parts.timeline
    this.#draw = parts.draw
    this.#network = parts.network
    this.#host = parts.host
    this.#counts = parts.counts
    this.#replied = parts.replied
    this.#sweep()
  }

  /** Sends a command; answers with the reply, or null when the client gave up asking. */
  call(account: number, key: number, command: Command, id = this.newId()): Promise<Reply | null> {
    return new Promise((answered) => {
      const envelope = { account, key, id, command }
      const name = nameOf(envelope)
      if (this.#waiting.has(name)) {
        answered(null)
        return
      }
      const waiting = { envelope, sentUs: this.#timeline.nowUs, tries: 0, answered }
      this.#waiting.set(name, waiting)
      this.waiting = this.#waiting.size
      this.#send(waiting)
    })
  }
  /** Sends commands in one message, as encoded envelopes. Who asks again asks for each on its own. */
  callTogether(account: number, key: number, commands: readonly Command[]): void {
    const envelopes = commands.map((command) => ({ account, key, id: this.newId(), command }))
    for (const envelope of envelopes) {
      const waiting = { envelope, sentUs: this.#timeline.nowUs, tries: 1, answered: () => {} }
      this.#waiting.set(nameOf(envelope), waiting)
      this.#impatientUs = Math.min(this.#impatientUs, patientUntilUs(waiting))
    }
    this.waiting = this.#waiting.size
    const batch = packRecords(envelopes.map((each) => encode(envelopeCodec, each)))
    this.#network.send(account, () => {
      this.#host.submitBatch(batch)?.then(
        (replies) => this.#answer(envelopes, replies),
        (error: unknown) => this.#failed(error),
      )
    })
  }
  /** A new id, by a clock that is `aheadMs` ahead of the true one. */
  newId(aheadMs = 0): string {
    const random = new Uint8Array(10)
    new DataView(random.buffer).setUint32(4, ++this.#ids)
    return newCommandId(Math.floor(this.#timeline.nowUs / US_PER_MS) + aheadMs, random)
  }

  #send(waiting: Waiting): void {
    waiting.sentUs = this.#timeline.nowUs
    waiting.tries++
    this.#impatientUs = Math.min(this.#impatientUs, patientUntilUs(waiting))
    const { envelope } = waiting
    this.#network.send(envelope.account, () => {
      const reply = this.#host.submit(envelope)
      reply?.then(
        (answer) => this.#answer([envelope], [answer]),
        (error: unknown) => this.#failed(error),
      )
    })
  }
  /** The answers of one message travel together. */
  #answer(envelopes: readonly Envelope[], replies: readonly Reply[]): void {
    this.#network.send(envelopes[0]!.account, () => {
      for (const [index, envelope] of envelopes.entries()) {
        const reply = replies[index]!
        this.#replied(envelope, reply)
        const name = nameOf(envelope)
        const waiting = this.#waiting.get(name)
        if (waiting === undefined) continue
        this.#forget(name)
        waiting.answered(reply)
      }
    })
  }
  /** Nothing was promised: the same id is sent again. */
  #failed(error: unknown): void {
    this.#counts.add('unanswered', error instanceof Fault ? error.code : String(error))
    if (error instanceof Fault) this.#counts.add('code', error.code)
  }
  #forget(name: string): void {
    this.#waiting.delete(name)
    this.waiting = this.#waiting.size
  }

  #sweep(): void {
    if (this.#timeline.nowUs >= this.#impatientUs) this.#askAgain()
    this.#timeline.after(SWEEP_US, () => this.#sweep())
  }
  /** Who has no answer asks again; few give up, and never learn what became of it. */
  #askAgain(): void {
    this.#impatientUs = Infinity
    for (const [name, waiting] of this.#waiting) {
      const untilUs = patientUntilUs(waiting)
      if (this.#timeline.nowUs < untilUs) {
        this.#impatientUs = Math.min(this.#impatientUs, untilUs)
      } else if (waiting.tries > 3 && !this.#network.isHealed && this.#draw.chance(50)) {
        this.#counts.add('unanswered', 'given-up')
        this.#forget(name)
        waiting.answered(null)
      } else {
        this.#counts.add('work', 'asked-again')
        this.#send(waiting)
      }
    }
  }
}

function patientUntilUs({ sentUs, tries }: Waiting): number {
  return sentUs + Math.min(tries * ASK_AGAIN_US, PATIENCE_MAX_US)
}
function nameOf({ account, id }: Envelope): string {
  return `${account} ${id}`
}
