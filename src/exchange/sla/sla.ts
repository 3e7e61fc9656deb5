/** The sla desk: promises, which minutes of leases failed, silences, gaps and announced interruptions. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, type SlaProfile } from '../../messages/index.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'
import {
  attachmentRow,
  gapRow,
  judgedRow,
  maintenanceRow,
  promiseRow,
  silenceRow,
  type AttachmentRow,
  type GapRow,
  type JudgedRow,
  type MaintenanceRow,
  type PromiseRow,
  type SilenceRow,
} from './rows.ts'

/** Judged leases that the core remembers for questions; older ones live in the read models. */
const JUDGED_KEPT = 100_000
const STRETCHES_KEPT = 64
const CONTACT_US = LIMITS.contactSeconds * US_PER_SECOND
/** Longer than the longest window and the time to report its last minute. */
const KEPT_US = 40 * 86_400 * US_PER_SECOND

interface Stretch {
  readonly fromUs: number
  /** null while it lasts */
  readonly untilUs: number | null
}

export class SlaDesk implements Stateful {
  readonly promises = new Table<PromiseRow>('promises', promiseRow, (r) => r.promise)
  readonly judged = new Table<JudgedRow>('judged', judgedRow, (r) => r.lease)
  readonly #attachments = new Table<AttachmentRow>('attached', attachmentRow, (r) => r.instrument)
  readonly #silences = new Table<SilenceRow>('silences', silenceRow, (r) => r.node)
  readonly #gaps = new Table<GapRow>('gaps', gapRow, (r) => r.gap)
  readonly #maintenance = new Table<MaintenanceRow>(
    'maintenance',
    maintenanceRow,
    (r) => r.maintenance,
  )
  readonly tables = [
    this.promises,
    this.#attachments,
    this.judged,
    this.#silences,
    this.#gaps,
    this.#maintenance,
  ] as unknown as AnyTable[]
  readonly #counters: Counters
  #newest = new Map<number, PromiseRow>()

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** The newest version of a promise. */
  newest(sla: number): PromiseRow | undefined {
    return this.#newest.get(sla)
  }
  newestOfAll(): PromiseRow[] {
    return [...this.#newest.values()]
  }
  setPromise(sla: number, version: number, profile: SlaProfile): void {
    const promise = this.#counters.next('promise')
    this.#newest.set(sla, this.promises.insert({ promise, sla, version, profile }))
  }
  /** What leases of the instrument promise that are opened from now on; null is nothing. */
  attach(instrument: number, row: PromiseRow | null, timeUs: number): void {
    const { changes } =
      this.#attachments.get(instrument) ?? this.#attachments.insert({ instrument, changes: [] })
    // Nobody can be promised what came and went in one moment.
    if (changes.at(-1)?.fromUs === timeUs) changes.pop()
    changes.push({ fromUs: timeUs, promise: row?.promise ?? 0 })
  }
  /** How often the instrument's promise has changed. */
  changesOf(instrument: number): number {
    return this.#attachments.get(instrument)?.changes.length ?? 0
  }
  /** What a lease of the instrument promises that was opened then. */
  promiseAt(instrument: number, openedAtUs: number): PromiseRow | null {
    const changes = this.#attachments.get(instrument)?.changes ?? []
    const promise = changes.findLast(({ fromUs }) => fromUs <= openedAtUs)?.promise ?? 0
    return promise === 0 ? null : this.promises.must(promise)
  }

  /** The row of a lease that is judged; made with the first report of a failed minute. */
  judge(lease: number, promise: number): JudgedRow {
    const known = this.judged.get(lease)
    if (known !== undefined) return known
    this.#forgetOldest()
    return this.judged.insert({
      lease,
      promise,
      agent: [],
      prober: [],
      witness: [],
      failed: [],
      ownDoing: [],
      unchargedSeconds: 0,
      window: 0,
      breachMinutes: 0,
      chargedMicro: 0,
      creditedMicro: 0,
      timer: 0,
      settled: null,
    })
  }
  /** Minutes of the lease before it are judged. */
  judgedMinutes(lease: number): number {
    const row = this.judged.get(lease)
    if (row === undefined) return 0
    return row.window * this.promises.must(row.promise).profile.windowMinutes
  }
  /** Seconds of the lease that failed and are not charged. */
  unchargedSeconds(lease: number): number {
    return this.judged.get(lease)?.unchargedSeconds ?? 0
  }

  /** The exchange heard the daemon again, or has not for the time of three heartbeats. */
  contact(node: number, connected: boolean, timeUs: number): void {
    const row =
      this.#silences.get(node) ??
      (connected ? undefined : this.#silences.insert({ node, stretches: [] }))
    if (row === undefined) return
    const last = row.stretches.at(-1)
    if (connected) {
      if (last?.untilUs === null) last.untilUs = timeUs
      return
    }
    const fromUs = Math.max(timeUs - CONTACT_US, last?.untilUs ?? 0)
    row.stretches.push({ fromUs, untilUs: null })
    if (row.stretches.length > STRETCHES_KEPT) row.stretches.shift()
  }
  silencesOf(node: number): readonly Stretch[] {
    return this.#silences.get(node)?.stretches ?? []
  }

  addGap(fromUs: number, untilUs: number): void {
    for (const { gap, untilUs: end } of this.#gaps.values()) {
      if (end < untilUs - KEPT_US) this.#gaps.delete(gap)
    }
    if (fromUs < untilUs) this.#gaps.insert({ gap: this.#counters.next('gap'), fromUs, untilUs })
  }
  gaps(): readonly GapRow[] {
    return this.#gaps.rows()
  }

  announce(row: Omit<MaintenanceRow, 'maintenance'>): number {
    for (const { maintenance, untilUs } of this.#maintenance.values()) {
      if (untilUs < row.announcedAtUs - KEPT_US) this.#maintenance.delete(maintenance)
    }
    const maintenance = this.#counters.next('maintenance')
    this.#maintenance.insert({ ...row, maintenance })
    return maintenance
  }
  maintenancesOf(account: number): number {
    return this.#maintenance.rows().filter((row) => row.account === account).length
  }
  /** What was announced for a node of a site, in the order in which it was. */
  maintenanceOn(node: number, site: number): MaintenanceRow[] {
    return this.#maintenance.rows().filter((row) => row.node === node || row.site === site)
  }

  rebuild(): void {
    this.#newest = new Map()
    for (const row of this.promises.rows()) this.#newest.set(row.sla, row)
  }

  #forgetOldest(): void {
    if (this.judged.size < JUDGED_KEPT) return
    for (const { lease, settled } of this.judged.values()) {
      if (settled === null) continue
      this.judged.delete(lease)
      return
    }
  }
}
