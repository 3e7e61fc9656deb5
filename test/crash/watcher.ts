/** A buyer on the WebSocket, through every crash: what it was told must be so, and told once. */
import type { Client, Stream } from '../../src/client/index.ts'
import type { EventRecord } from '../../src/messages/index.ts'
import { idOf, numberOf } from '../../src/wire/index.ts'

interface Told {
  readonly seq: number
  readonly channel: 'orders' | 'workloads' | 'fills'
  readonly ids: readonly string[]
}

export class Watcher {
  readonly #stream: Stream
  readonly #told: Told[] = []
  #firstSeq: number | null = null
  connections = 0

  constructor(client: Client) {
    this.#stream = client.openStream({
      onState: (state) => {
        if (state === 'open') this.connections++
      },
    })
    for (const channel of ['orders', 'workloads'] as const) {
      this.#stream.subscribe(channel, {}, ({ type, seq, data }) => {
        if (type === 'update') this.#note(channel, seq, data)
      })
    }
    this.#stream.subscribe('fills', {}, ({ type, seq, data }) => {
      if (type === 'snapshot') this.#firstSeq ??= seq
      else this.#told.push({ channel: 'fills', seq, ids: data.map((fill) => fill.trade_id) })
    })
  }

  /** Trades of this account after the first frame that it was not told, or was told twice. */
  faults(records: readonly EventRecord[], account: number): string[] {
    return [...this.#fillFaults(records, account), ...this.#changeFaults(records)]
  }

  close(): void {
    this.#stream.close()
  }

  #note(channel: 'orders' | 'workloads', seq: number, data: readonly { readonly id: string }[]) {
    this.#told.push({ channel, seq, ids: data.map(({ id }) => id) })
  }

  #fillFaults(records: readonly EventRecord[], account: number): string[] {
    const expected: string[] = []
    for (const { seq, outcome } of records) {
      if (seq <= (this.#firstSeq ?? Infinity)) continue
      for (const event of outcome.events) {
        if (event.kind !== 'TradeExecuted' || event.buyAccount !== account) continue
        expected.push(`${seq} ${event.trade}`)
      }
    }
    const lastSeq = records.at(-1)?.seq ?? 0
    const told = this.#told
      .filter(({ channel, seq }) => channel === 'fills' && seq <= lastSeq)
      .flatMap(({ seq, ids }) => ids.map((id) => `${seq} ${numberOf('trade', id)}`))
    const same = told.length === expected.length && told.every((one, i) => one === expected[i])
    return same ? [] : [`fills told ${told.join(', ')}; the event log has ${expected.join(', ')}`]
  }

  /** An order or workload that was told of at a seq was in the journal by then. */
  #changeFaults(records: readonly EventRecord[]): string[] {
    const since = new Map<string, number>()
    for (const { seq, outcome } of records) {
      for (const event of outcome.events) {
        if (event.kind === 'OrderPlaced') since.set(idOf('order', event.order), seq)
        if (event.kind === 'WorkloadQueued') since.set(idOf('workload', event.workload), seq)
      }
    }
    const lastSeq = records.at(-1)?.seq ?? 0
    return this.#told
      .filter(({ channel, seq }) => channel !== 'fills' && seq <= lastSeq)
      .flatMap(({ seq, ids }) => ids.filter((id) => (since.get(id) ?? Infinity) > seq))
      .map((id) => `${id} was told of before it was in the journal`)
  }
}
