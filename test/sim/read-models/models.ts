/** The read models of the exchange's process: they follow the event log, and are lost now and then. */
import type { Engine } from '../../../src/engine/index.ts'
import { Fault } from '../../../src/messages/index.ts'
import {
  FolderHome,
  startReadModels,
  tables,
  type ReadModelService,
} from '../../../src/projections/index.ts'
import type { Auditor } from '../auditor/auditor.ts'
import type { Counts } from '../counts.ts'
import { ProcessDied } from '../disk/machine.ts'
import { must, Violation } from '../violation.ts'
import { Databases, memoryOpener, type MemoryStore } from './memory-database.ts'

export class Models {
  readonly #counts: Counts
  readonly #violated: (why: Error) => void
  readonly #databases = new Databases()
  #service: ReadModelService | null = null
  #store: MemoryStore | null = null

  constructor(counts: Counts, violated: (why: Error) => void) {
    this.#counts = counts
    this.#violated = violated
  }

  /** Starts to follow the log of a process that has just started. Throws what the disk throws. */
  start(engine: Engine, folder: string): void {
    const opened = (store: MemoryStore): void => {
      this.#store = store
    }
    const opener = memoryOpener(this.#databases, opened, this.#violated)
    const home = new FolderHome({ folder, opener, template: null })
    const onFault = (fault: unknown): void => this.#met(fault)
    this.#service = startReadModels({ source: engine, home, onFault })
  }
  /** The process ends in order. */
  async stop(): Promise<void> {
    const service = this.#service
    this.#service = null
    await service?.close()
  }
  /** The process is gone. */
  died(): void {
    this.#service = null
    this.#store = null
  }

  /** Whoever holds the tables is gone, as a worker that ran out of memory. */
  break(): void {
    if (this.#store === null || this.#service === null) return
    this.#counts.add('fault', 'read-models-broken')
    this.#store.broken = true
  }
  /** The operator has all tables built again beside the present ones. */
  async rebuild(): Promise<void> {
    try {
      await this.#service?.rebuild()
      this.#counts.add('work', 'read-models-rebuilt')
    } catch (error) {
      this.#met(error)
    }
  }

  /** The rows against the auditor's books, where both have come to the same record. */
  async compare(auditor: Auditor): Promise<boolean> {
    const store = this.#store
    const { publishedSeq } = auditor.history
    if (store === null || this.#service?.appliedSeq() !== publishedSeq) return false
    if (!store.isFurthest) return false
    this.#counts.add('work', 'read-models-compared')
    compareRows(store, auditor)
    return true
  }
  /** Everything public is applied within a minute, and right. */
  async mustFollow(auditor: Auditor): Promise<void> {
    const { publishedSeq } = auditor.history
    const isThere = (await this.#service?.waitFor(publishedSeq, 60_000)) ?? false
    must(isThere, 'read-models', () => `${this.#service?.appliedSeq()} of ${publishedSeq} applied`)
    must(await this.compare(auditor), 'read-models', () => 'moved on')
  }

  /** What the disk and a lost store do is met again and again; anything else is a mistake. */
  #met(fault: unknown): void {
    if (fault instanceof ProcessDied) return
    const isOfDisk = (fault as { syscall?: unknown }).syscall !== undefined
    if (!(fault instanceof Fault) && !isOfDisk) this.#violated(fault as Error)
    else this.#counts.add('work', 'read-models-faults')
  }
}

function compareRows(store: MemoryStore, { market, money, leases }: Auditor): void {
  const open = store.rows(tables.orders).filter(({ endedAtUs }) => endedAtUs === null)
  differ('orders', open.length, market.orders.size)
  for (const { order, account, remainingUnits, priceTicks } of open) {
    const known = market.orders.get(order)
    differ(`order ${order}`, account, known?.account)
    differ(`units of ${order}`, remainingUnits, known?.remaining)
    differ(`price of ${order}`, priceTicks, known?.priceTicks)
  }
  const balances = store.rows(tables.balances).filter(({ amountMicro }) => amountMicro !== 0n)
  const known = new Map(money.balances())
  differ('balances', balances.length, known.size)
  for (const { code, owner, asset, amountMicro } of balances) {
    differ(`balance ${code}/${owner}`, amountMicro, known.get(`${code}/${owner}/${asset}`))
  }
  for (const row of store.rows(tables.leases)) {
    const lease = leases.leases.get(row.lease)
    if (lease === undefined) continue
    differ(`bill of lease ${row.lease}`, row.billedMicro, lease.billedMicro)
    differ(`fee of lease ${row.lease}`, row.sellerFeeMicro, lease.sellerFeeMicro)
    differ(`end of lease ${row.lease}`, row.settledAtUs !== null, lease.isSettled)
  }
}

type Shown = number | bigint | boolean | null | undefined
function differ(what: string, shown: Shown, known: Shown): void {
  if (shown !== known) throw new Violation('read-models', `${what}: ${shown} shown, ${known} known`)
}
