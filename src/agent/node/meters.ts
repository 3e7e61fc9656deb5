import { join } from 'node:path'
import { encode, newCommandId, sha256Hex } from '../../kernel/index.ts'
import { Fault, meterStatement } from '../../messages/index.ts'
import { randomBytes } from 'node:crypto'
import { readJson, writeDurably } from '../files.ts'
import type { Identity } from '../identity.ts'
import { Refused, type ExchangeLink, type MeterReport, type NodeFacts } from '../link.ts'

export type MeterReading = MeterReport['readings'][number]

/** `meters.json`: where the node's chain of reports stands, and the report under way. */
interface ChainState {
  /** number and hash of the last report that was taken */
  readonly period: number
  readonly head: string
  readonly pending: { readonly report: MeterReport; readonly id: string } | null
}

const NO_HASH = '0'.repeat(64)

/**
 * The node's chain of signed meter reports. A report is on disk before it is sent and is sent again,
 * with the same id, until the exchange took or refused it; so none is lost, doubled or out of order.
 */
export class MeterChain {
  readonly #path: string
  readonly #link: ExchangeLink
  readonly #identity: Identity
  readonly #facts: NodeFacts
  #state: ChainState

  /** Throws Fault METER_CHAIN_LOST when the exchange has reports that this disk knows nothing of. */
  constructor(folder: string, link: ExchangeLink, identity: Identity, facts: NodeFacts) {
    this.#path = join(folder, 'meters.json')
    this.#link = link
    this.#identity = identity
    this.#facts = facts
    const found = readJson(this.#path) as ChainState | null
    this.#state = found ?? { period: 0, head: NO_HASH, pending: null }
    if (this.#state.period + (this.#state.pending === null ? 0 : 1) < facts.meterPeriod) {
      throw new Fault('METER_CHAIN_LOST', { retryable: false, facts: { ...this.#numbers() } })
    }
  }

  /**
   * Sends the report under way, if any, and then one with these readings. Resolves with the leases
   * whose final reading was taken. Rejects with a Fault when the exchange cannot be reached, and with
   * Refused when it did not accept a reading (the next report then starts afresh).
   */
  async report(readings: readonly MeterReading[]): Promise<number[]> {
    const before = this.#state.pending === null ? [] : await this.#send()
    const rest = readings.filter((reading) => !before.includes(reading.lease))
    if (rest.length === 0) return before
    this.#prepare(rest)
    return [...before, ...(await this.#send())]
  }

  #prepare(readings: readonly MeterReading[]): void {
    const period = this.#state.period + 1
    const unsigned = { node: this.#facts.node, period, previous: this.#state.head }
    const bytes = this.#statementBytes({ ...unsigned, readings: [...readings] })
    const report = { ...unsigned, readings: [...readings], signature: this.#identity.sign(bytes) }
    const id = newCommandId(this.#link.nowMs(), randomBytes(10))
    this.#save({ ...this.#state, pending: { report, id } })
  }

  async #send(): Promise<number[]> {
    const { pending } = this.#state
    if (pending === null) return []
    try {
      await this.#link.reportMeters(pending.report, pending.id)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      // An answer that was lost: the exchange expects the one after this.
      if (error.facts['expected'] !== String(pending.report.period + 1)) {
        this.#save({ ...this.#state, pending: null })
        throw error
      }
    }
    const head = sha256Hex(this.#statementBytes(pending.report))
    this.#save({ period: pending.report.period, head, pending: null })
    return pending.report.readings.filter((reading) => reading.final).map(({ lease }) => lease)
  }

  #statementBytes(report: Omit<MeterReport, 'signature'>): Uint8Array {
    return encode(meterStatement, { ...report, venue: this.#facts.venue })
  }

  #save(state: ChainState): void {
    writeDurably(this.#path, JSON.stringify(state))
    this.#state = state
  }

  #numbers(): Record<string, number> {
    return { kept: this.#state.period, exchange: this.#facts.meterPeriod }
  }
}
