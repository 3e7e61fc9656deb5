/**
 * An independent model of the exchange: from what became public it knows what must be so, and checks
 * that it is, after every record. It shares no code with the desks.
 */
import type { Answers, EventRecord } from '../../../src/messages/index.ts'
import type { Counts } from '../counts.ts'
import { must } from '../violation.ts'
import { Budgets } from './budgets.ts'
import { Capacity } from './capacity.ts'
import { Disputes } from './disputes.ts'
import { History } from './history.ts'
import { Leases } from './leases.ts'
import { Market } from './market.ts'
import { AVAILABLE, HOLD, Money } from './money.ts'
import { Persons } from './persons.ts'
import { Proofs } from './proofs.ts'
import { Sla } from './sla.ts'

export class Auditor {
  readonly money = new Money()
  readonly market = new Market(this.money)
  readonly leases: Leases = new Leases(this.money, {
    unchargedSeconds: (lease) => this.sla.unchargedSeconds(lease),
    disputeOf: (lease) => this.disputes.of(lease),
  })
  readonly sla: Sla = new Sla(this.leases.leases)
  readonly disputes: Disputes = new Disputes(this.leases.leases, this.money, (lease, timeUs) =>
    this.sla.doubtedSeconds(lease, timeUs),
  )
  readonly capacity = new Capacity(this.leases.leases)
  readonly budgets = new Budgets(this.market, this.leases)
  readonly persons = new Persons()
  readonly proofs = new Proofs({
    nodes: this.capacity.nodes,
    leases: this.leases.leases,
    gradeOf: (instrument) => this.market.instruments.get(instrument)?.grade,
  })
  readonly history: History
  /** time of the last record */
  timeUs = 0
  readonly #counts: Counts
  readonly #accounts = new Set<number>()

  constructor(counts: Counts) {
    this.#counts = counts
    this.history = new History(counts)
  }

  /** Takes in one record that became public. */
  read(record: EventRecord): void {
    const { seq, timeUs, commandKind, outcome } = record
    this.history.publish(record)
    const sinceUs = commandKind === 'Tick' ? this.timeUs : timeUs
    this.timeUs = timeUs
    this.#counts.add('command', commandKind)
    if (outcome.refusal !== null) {
      this.#counts.add('code', outcome.refusal.code)
      must(
        outcome.events.length === 0,
        'refusal',
        () => `record ${seq} was refused and did something`,
      )
      return
    }
    // Said last by its command, and true of all that the command did.
    const gap = outcome.events.find((each) => each.kind === 'GapResumed')
    if (gap !== undefined) {
      this.leases.resumed(gap)
      this.proofs.resumed(gap)
    }
    for (const event of outcome.events) {
      this.#counts.add('event', event.kind)
      if (event.kind === 'EntryPosted') {
        this.money.post(event)
        this.leases.posted(event)
        for (const { code, owner } of event.postings) {
          if (code === HOLD || code === AVAILABLE) this.#accounts.add(owner)
        }
      }
      if (event.kind === 'TradeExecuted') this.budgets.traded(event)
      if (event.kind === 'LeaseRenewed') this.#mustBeInContact(event.lease)
      this.budgets.read(event, timeUs)
      this.market.read(event)
      this.leases.read(event, timeUs)
      this.sla.read(event, timeUs)
      this.disputes.read(event, timeUs)
      this.capacity.read(event, timeUs, sinceUs)
      this.persons.read(event)
      this.proofs.read(event)
      if (event.kind === 'LeaseOpened') this.budgets.opened(event.lease)
    }
    this.market.settle()
    this.budgets.settle(timeUs)
    for (const account of this.#accounts) this.market.checkHold(account)
    this.#accounts.clear()
  }

  /** Nobody can say that a lease on a silent machine is delivered: no more is committed for it. */
  #mustBeInContact(lease: number): void {
    const node = this.capacity.nodes.get(this.leases.leases.get(lease)?.node ?? 0)
    must(node?.connected === true, 'contact', () => `lease ${lease} was renewed`)
  }

  /** Everything that the exchange says of itself against everything that the auditor knows. */
  compare(answers: Answers): void {
    this.#counts.add('work', 'full-checks')
    for (const [account, member] of this.budgets.memberOf) {
      this.#compareMoney(answers, account, member)
    }
    for (const { instrument } of answers.instruments({})) {
      const book = answers.book({ instrument, depth: 1_000_000 })
      for (const side of ['buy', 'sell'] as const) {
        const shown = JSON.stringify(side === 'buy' ? book?.bids : book?.asks)
        const known = JSON.stringify(this.market.levels(instrument, side))
        must(shown === known, 'book', () => `${instrument} ${side}: ${shown}, known ${known}`)
      }
    }
    for (const view of answers.nodes({ account: null })) this.capacity.checkView(view, this.timeUs)
  }

  #compareMoney(answers: Answers, account: number, member: number): void {
    const [view] = answers.balances({ account })
    const free = this.money.credit(AVAILABLE, account)
    must(
      view?.availableMicro === free,
      'balance',
      () => `${account}: ${view?.availableMicro} shown`,
    )
    must(view?.heldMicro === this.money.credit(HOLD, account), 'balance', () => `${account}: held`)
    const open = answers.openOrders({ account }).map(({ order }) => order)
    const known = this.market.openOrders(account)
    const byNumber = (a: number, b: number): number => a - b
    const shown = String(open.toSorted(byNumber))
    must(shown === String(known.toSorted(byNumber)), 'orders', () => `${account}: ${shown}`)
    for (const budget of answers.budgets({ account })) {
      const subject = budget.scope === 'member' ? member : budget.subject
      const { committedMicro, spentMicro } = this.budgets.usedBy(budget.scope, subject)
      const isRight =
        budget.committedMicro === committedMicro &&
        (budget.period !== 'total' || budget.spentMicro === spentMicro)
      must(
        isRight,
        'budget',
        () => `${budget.scope} ${subject}: ${budget.committedMicro} committed`,
      )
    }
  }
}
