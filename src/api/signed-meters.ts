/** The seller's side of a dispute: its last signed meter reports, read back from the journal. */
import { sha256Hex } from '../kernel/index.ts'
import {
  meterStatement,
  type CommandOf,
  type DisputeView,
  type JournalRecord,
} from '../messages/index.ts'
import { toSignedReading, type SignedReading } from '../wire/index.ts'
import { encoded } from './encoded.ts'
import type { Services } from './services.ts'

/** disputes whose reports are remembered: what is in the journal does not change */
const KEPT = 256

interface Report {
  readonly record: JournalRecord
  readonly command: CommandOf<'ReportMeters'>
  readonly bytes: Uint8Array
  readonly head: string
}

export class SignedMeters {
  readonly #services: Services
  readonly #kept = new Map<number, Promise<SignedReading[]>>()

  constructor(services: Services) {
    this.#services = services
  }

  /**
   * What each of them says of the lease, newest first: other leases in them are other buyers'. Each
   * signature is checked again, and that the report is the one whose hash the next one has in it.
   */
  of(view: DisputeView): Promise<SignedReading[]> {
    const known = this.#kept.get(view.dispute)
    if (known !== undefined) return known
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= KEPT && oldest !== undefined) this.#kept.delete(oldest)
    const read = this.#read(view)
    this.#kept.set(view.dispute, read)
    read.catch(() => this.#kept.delete(view.dispute))
    return read
  }

  async #read({ node, lease, seller }: DisputeView): Promise<SignedReading[]> {
    const { door, signatures } = this.#services
    const { venue } = await door.ask('status', {})
    const publicKey = (await door.ask('node', { node }))?.publicKey ?? ''
    const readings: SignedReading[] = []
    let expected = seller.evidence
    for (const seq of seller.reports.toReversed()) {
      const report = reportOf(await door.record(seq), venue)
      if (report === null) break
      const { command, record, bytes, head } = report
      const reading = command.readings.find((one) => one.lease === lease)
      if (reading !== undefined) {
        const isSigned = await signatures.isBy(publicKey, bytes, command.signature)
        const checks = { isSigned, isChained: head === expected }
        readings.push(toSignedReading({ record, period: command.period, head, reading, ...checks }))
      }
      expected = command.previous
    }
    return readings
  }
}

function reportOf(record: JournalRecord | null, venue: string): Report | null {
  const command = record?.envelope.command
  if (record === null || command?.kind !== 'ReportMeters') return null
  const bytes = encoded(meterStatement, { ...command, venue })
  return { record, command, bytes, head: sha256Hex(bytes) }
}
