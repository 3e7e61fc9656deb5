import type { EventRecord, Reply } from '../messages/index.ts'

/** Answers a caller: with the reply, or with the Fault that keeps it from one. */
export interface Caller {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}

/** Executed commands that become durable together, and who waits for that. */
export class Batch {
  readonly firstSeq: number
  readonly records: Uint8Array[] = []
  readonly events: EventRecord[] = []
  /** called in order once the batch is durable and published, or with why it never will be */
  readonly waiting: ((fault: Error | null) => void)[] = []
  bytes = 0

  constructor(firstSeq: number) {
    this.firstSeq = firstSeq
  }

  /** Adds an executed command; `caller` is null for the engine's own. */
  add(record: Uint8Array, event: EventRecord, caller: Caller | null): void {
    this.records.push(record)
    this.events.push(event)
    this.bytes += record.length
    if (caller === null) return
    this.waiting.push((fault) => {
      if (fault === null) caller.resolve({ ...event, replayed: false })
      else caller.reject(fault)
    })
  }
}
