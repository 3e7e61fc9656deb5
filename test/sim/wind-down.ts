/** Phase 2: everybody gives back what they have, and in the end nothing is owed to anyone. */
import { encode, US_PER_SECOND } from '../../src/kernel/index.ts'
import { command as commandCodec } from '../../src/messages/index.ts'
import { placeOrder } from './parties/buyers.ts'
import type { Cast, Party, World } from './parties/party.ts'
import { SYSTEM } from './parties/party.ts'
import { AVAILABLE } from './auditor/money.ts'
import { must } from './violation.ts'

const UNIT_MICRO = 10_000n
/** longer than any deadline of the exchange: start 120 s, settlement 600 s, retention 1,800 s */
const SETTLED_SECONDS = 4_000
/** longer than a daemon has for its last reading */
const BILLED_SECONDS = 700
const ROUNDS_MAX = 40

export class Wind {
  readonly #world: World
  readonly #cast: Cast

  constructor(world: World, cast: Cast) {
    this.#world = world
    this.#cast = cast
  }

  async down(): Promise<void> {
    const { timeline, callers, host } = this.#world
    for (let round = 0; !host.isUp || callers.waiting > 0; round++) {
      must(
        round < SETTLED_SECONDS,
        'convergence',
        () => `${callers.waiting} commands are not answered`,
      )
      await timeline.sleep(US_PER_SECOND)
    }
    await this.#release()
    await this.#contact()
    await this.#giveBack()
    await timeline.sleep(BILLED_SECONDS * US_PER_SECOND)
    await this.#decide()
    await timeline.sleep(SETTLED_SECONDS * US_PER_SECOND)
    await this.#payOut()
    await timeline.sleep(5 * US_PER_SECOND)
  }

  /** Orders, leases and escrow are gone: what is left is free money. */
  mustBeDrained(): void {
    const { auditor } = this.#world
    for (const [account, open] of auditor.market.openOf) {
      must(open.size === 0, 'convergence', () => `account ${account} has ${open.size} orders open`)
    }
    for (const [account, open] of auditor.leases.openOf) {
      must(open.size === 0, 'convergence', () => `account ${account} has ${open.size} allocations`)
    }
    for (const { lease, isSettled } of auditor.leases.leases.values()) {
      must(isSettled, 'convergence', () => `lease ${lease} is not settled`)
    }
    for (const [key, amount] of auditor.money.balances()) {
      const code = Number(key.slice(0, 4))
      const isBound = code > AVAILABLE && code < 3_000
      must(!isBound, 'convergence', () => `${key} still has ${amount}`)
    }
    const held = this.#world.host.quarantined()
    must(held.length === 0, 'convergence', () => `${JSON.stringify(held)} is held back`)
    const due = this.#world.host.exchange?.nextDueUs() ?? null
    const late = due !== null && due < this.#world.timeline.nowUs - 10 * US_PER_SECOND
    must(!late, 'convergence', () => `a timer has been due since ${due}`)
  }

  /** The mistakes of the program are mended too: what they held back is tried again. */
  async #release(): Promise<void> {
    const { host, call } = this.#world
    const { operator } = this.#cast
    for (const { account, command, timer } of host.quarantined()) {
      if (timer !== undefined) await call(operator, { kind: 'ReleaseTimer', timer })
      else await call(operator, { kind: 'ReleaseQuarantine', account, command })
    }
  }
  async #contact(): Promise<void> {
    for (const { nodes } of this.#cast.sellers) {
      for (const { node } of nodes) {
        await this.#world.call(SYSTEM, { kind: 'ReportContact', node, connected: true })
      }
    }
  }
  /** Also what a retry or a standing need buys meanwhile. */
  async #giveBack(): Promise<void> {
    const { auditor, timeline, call } = this.#world
    const everyone: Party[] = [...this.#cast.buyers, ...this.#cast.sellers]
    for (const { nodes } of this.#cast.sellers) {
      for (const { node, seller } of nodes) {
        await Promise.all(
          this.#cast.skus.map((sku) => call(seller, { kind: 'WithdrawOffer', node, sku })),
        )
      }
    }
    for (let round = 0; round < ROUNDS_MAX; round++) {
      await Promise.all(everyone.map((by) => call(by, { kind: 'CancelAll', instrument: null })))
      const open = everyone.flatMap((by) => {
        const allocations = [...(auditor.leases.openOf.get(by.account) ?? [])]
        return allocations.map((allocation) => call(by, { kind: 'CloseAllocation', allocation }))
      })
      if (open.length === 0) return
      await Promise.all(open)
      await timeline.sleep(US_PER_SECOND)
    }
    must(false, 'convergence', () => 'allocations open again and again')
  }
  /** What is still disputed is decided by two persons: nobody waits three days for it. */
  async #decide(): Promise<void> {
    const { auditor, call } = this.#world
    const { operator } = this.#cast
    // One by one: only so many proposals may be open, and some are already.
    await this.#approve()
    for (const { dispute, sellerSeconds } of Array.from(auditor.disputes.open.values())) {
      const decision = { dispute, acceptedSeconds: sellerSeconds, reason: 'the end' }
      const action = encode(commandCodec, { kind: 'ResolveDispute', ...decision })
      // By the exchange's own clock, which may be hours ahead.
      const expiresAtUs = auditor.timeUs + 3_600 * US_PER_SECOND
      await call(operator, { kind: 'Propose', action, expiresAtUs })
      await this.#approve()
    }
  }
  async #approve(): Promise<void> {
    const { auditor, call } = this.#world
    for (const proposal of Array.from(auditor.persons.openProposals)) {
      await call(this.#cast.clerk, { kind: 'Approve', proposal })
    }
  }
  /** Everything that has whole units goes to the bank. */
  async #payOut(): Promise<void> {
    const { auditor, call } = this.#world
    const everyone: Party[] = [...this.#cast.buyers, ...this.#cast.sellers]
    for (const by of everyone) {
      const free = auditor.money.credit(AVAILABLE, by.account)
      const amountMicro = free - (free % UNIT_MICRO)
      if (amountMicro > 0n) await call(by, { kind: 'RequestWithdrawal', asset: 'CNY', amountMicro })
    }
    const { operator } = this.#cast
    for (const withdrawal of Array.from(auditor.persons.waitingWithdrawals)) {
      await call(operator, { kind: 'SettleWithdrawal', withdrawal, confirmed: true })
    }
    // An order that nobody can pay shows that the accounts are really empty.
    const [buyer] = this.#cast.buyers
    const instrument = this.#cast.instruments[0]!
    if (buyer !== undefined) await call(buyer, placeOrder({ instrument, units: 1_000 }))
  }
}
