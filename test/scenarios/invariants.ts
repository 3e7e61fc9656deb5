/** What must hold of the state machine after every command, computed from its answers alone. */
import { due } from '../../src/kernel/index.ts'
import { CHART, type Event, type Resources } from '../../src/messages/index.ts'
import type { Venue } from './venue.ts'

/** The ledger as an auditor keeps it: only from the entries that were posted. */
export class Auditor {
  readonly #balances = new Map<string, bigint>()
  readonly #billed = new Map<number, bigint>()

  /** Takes in the events of one command. Throws on an entry that does not sum to zero. */
  read(events: readonly Event[]): void {
    for (const event of events) {
      if (event.kind === 'LeaseBilled') this.#billed.set(event.lease, event.billedMicro)
      if (event.kind !== 'EntryPosted') continue
      let sum = 0n
      for (const { code, owner, asset, amountMicro } of event.postings) {
        const key = `${code} ${owner} ${asset}`
        this.#balances.set(key, (this.#balances.get(key) ?? 0n) + amountMicro)
        sum += amountMicro
      }
      if (sum !== 0n) throw new Error(`entry ${event.rule} of ${event.subject} sums to ${sum}`)
    }
  }
  credit(code: number, owner: number): bigint {
    return -(this.#balances.get(`${code} ${owner} CNY`) ?? 0n)
  }
  /** Every balance of a liability. */
  liabilities(): [string, bigint][] {
    return [...this.#balances].filter(([key]) => key.startsWith('2')).map(([k, v]) => [k, -v])
  }
  billed(lease: number): bigint {
    return this.#billed.get(lease) ?? 0n
  }
}

/** One line for everything that does not hold; empty when all is well. */
export function faults(v: Venue, auditor: Auditor, accounts: readonly number[]): string[] {
  return [
    ...moneyFaults(v, auditor, accounts),
    ...capacityFaults(v),
    ...bookFaults(v),
    ...leaseFaults(v, auditor, accounts),
    ...budgetFaults(v, accounts),
  ]
}

function moneyFaults(v: Venue, auditor: Auditor, accounts: readonly number[]): string[] {
  const found = auditor
    .liabilities()
    .filter(([, balance]) => balance < 0n)
    .map(([key, balance]) => `LED balance ${key} is ${balance}`)
  for (const account of accounts) {
    const [view] = v.exchange.answers.balances({ account })
    const held = v.exchange.answers
      .openOrders({ account })
      .reduce((sum, order) => sum + order.heldMicro, 0n)
    const posted = auditor.credit(CHART.HOLD, account)
    if (view?.availableMicro !== auditor.credit(CHART.AVAILABLE, account)) {
      found.push(`account ${account}: available is not what was posted`)
    }
    if (view?.heldMicro !== posted || held !== posted) {
      found.push(`account ${account}: held ${view?.heldMicro}, orders ${held}, posted ${posted}`)
    }
  }
  return found
}

/** attested = reserve + free + held + leased + committed, each part never below zero. */
function capacityFaults(v: Venue): string[] {
  return v.exchange.answers.nodes({ account: null }).flatMap((node) => {
    const parts = [node.reserve, node.free, node.held, node.leased, node.committed]
    return (['cores', 'memoryMib', 'diskMib', 'cards'] as const).flatMap((kind) => {
      const sum = parts.reduce((total: number, part: Resources) => total + part[kind], 0)
      const low = parts.some((part) => part[kind] < 0)
      return sum === node.attested[kind] && !low
        ? []
        : [
            `CAP node ${node.node} ${kind}: ${parts.map((p) => p[kind]).join('+')} of ${node.attested[kind]}`,
          ]
    })
  })
}

function bookFaults(v: Venue): string[] {
  return v.exchange.answers
    .instruments({})
    .flatMap(({ instrument, bestBidTicks, bestAskTicks }) => {
      const crossed = bestBidTicks !== null && bestAskTicks !== null && bestBidTicks >= bestAskTicks
      return crossed
        ? [`TRD instrument ${instrument} is crossed: ${bestBidTicks} ${bestAskTicks}`]
        : []
    })
}

function leaseFaults(v: Venue, auditor: Auditor, accounts: readonly number[]): string[] {
  const found: string[] = []
  for (const account of accounts) {
    for (const { leases } of v.exchange.answers.allocations({ account, open: false })) {
      for (const lease of leases) {
        const seconds = Math.max(lease.acceptedSeconds, lease.readyAtUs === null ? 60 : 0)
        const most = due({ ...lease, seconds })
        if (lease.billedMicro > most)
          found.push(`lease ${lease.lease}: billed ${lease.billedMicro} > due ${most}`)
        if (lease.billedMicro !== auditor.billed(lease.lease))
          found.push(`lease ${lease.lease}: billed unlike its events`)
        const escrow =
          auditor.credit(CHART.LEASE_ESCROW, lease.lease) +
          auditor.credit(CHART.FEE_ESCROW, lease.lease)
        if (escrow !== lease.escrowMicro)
          found.push(`lease ${lease.lease}: escrow ${escrow} is not ${lease.escrowMicro}`)
        const settled = lease.settledAtUs !== null && lease.readyAtUs !== null
        if (settled && lease.billedMicro !== due({ ...lease, seconds: lease.acceptedSeconds })) {
          found.push(`lease ${lease.lease}: the final bill is not what is due`)
        }
      }
    }
  }
  return found
}

/** What may still be spent never passes a budget that was there before the commitments. */
function budgetFaults(v: Venue, accounts: readonly number[]): string[] {
  return accounts.flatMap((account) =>
    v.exchange.answers.budgets({ account }).flatMap((budget) => {
      const used = budget.spentMicro + budget.committedMicro
      return used <= budget.limitMicro
        ? []
        : [`LED budget ${budget.scope} ${budget.subject}: ${used} of ${budget.limitMicro}`]
    }),
  )
}
