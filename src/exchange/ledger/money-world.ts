/** For tests: the members and ledger desks alone, driven command by command as the whole table does. */
import { decode, encode, parseTime, type Codec } from '../../kernel/index.ts'
import {
  command as commandCodec,
  type Command,
  type CommandOf,
  type Event,
  type EventOf,
  type Refusal,
} from '../../messages/index.ts'
import { Context, type Actor } from '../context.ts'
import { MembersDesk } from '../members/members.ts'
import { memberRules } from '../members/rules.ts'
import type { Rule } from '../rule.ts'
import { Counters, type AnyTable, type Stateful } from '../table.ts'
import { Timers } from '../timers.ts'
import { BudgetDesk } from './budgets.ts'
import { LedgerDesk } from './ledger.ts'
import { ledgerRules } from './rules.ts'

export interface Who {
  readonly account: number
  readonly key: number
}
export const SYSTEM: Who = { account: 0, key: 0 }
export const OPERATOR: Who = { account: 1, key: 1 }

export class MoneyWorld {
  readonly counters = new Counters()
  readonly timers = new Timers(this.counters)
  readonly members = new MembersDesk(this.counters, this.timers)
  readonly ledger = new LedgerDesk(this.counters, () => 1)
  readonly budgets = new BudgetDesk(this.members)
  /** stands for the catalog desk: account of each node */
  readonly nodes = new Map<number, number>()
  readonly catalog = {
    node: (id: number): { account: number } | undefined => {
      const account = this.nodes.get(id)
      return account === undefined ? undefined : { account }
    },
  }
  timeUs = parseTime('2026-11-22T12:00:00Z') ?? 0
  #seq = 0
  #secrets = 0

  constructor() {
    const ctx = this.context(SYSTEM)
    this.members.bootstrapOperator(ctx, this.newSecret())
  }

  /** 32 hex bytes that no key has. */
  newSecret(): string {
    return (++this.#secrets).toString(16).padStart(64, '0')
  }
  actor(who: Who, approved = false): Actor {
    return { ...who, approved, seq: this.#seq, timeUs: this.timeUs }
  }
  context(who: Who, approved = false): Context {
    this.#seq++
    return new Context(this.actor(who, approved))
  }

  /** Checks and, unless refused, applies. */
  run(who: Who, command: Command): { refusal: Refusal | null; events: Event[] } {
    const ctx = this.context(who)
    if (command.kind === 'Propose') {
      const refusal = this.members.authorize(ctx, 'read') ?? this.members.checkPropose(ctx, command)
      if (refusal === null) {
        this.members.applyPropose(ctx, command, decode(commandCodec, command.action).kind)
      }
      return { refusal, events: ctx.events }
    }
    if (command.kind === 'Approve') return this.#approve(ctx, command)
    const rule = ruleOf(command)
    const refusal = this.#check(rule, ctx, command)
    if (refusal === null) rule.apply(this, ctx, command)
    return { refusal, events: ctx.events }
  }
  /** Code of what the operator's command is answered when a second person has approved it. */
  approved(command: Command): string | null {
    const refusal = this.#check(ruleOf(command), this.actor(OPERATOR, true), command)
    if (refusal === null) this.apply(this.context(OPERATOR, true), command)
    return refusal?.code ?? null
  }
  /** The second pass alone. */
  apply(ctx: Context, command: Command): void {
    ruleOf(command).apply(this, ctx, command)
  }
  /** The code of the refusal, or null when applied. */
  code(who: Who, command: Command): string | null {
    return this.run(who, command).refusal?.code ?? null
  }
  /** Applies; a refusal fails the test. */
  must(who: Who, command: Command): Event[] {
    const { refusal, events } = this.run(who, command)
    if (refusal !== null) throw new Error(JSON.stringify(refusal))
    return events
  }

  /** A member with one account, a user and a key with these scopes. */
  join(
    handle: string,
    scopes: CommandOf<'IssueKey'>['scopes'],
  ): Who & { member: number; user: number } {
    const roles: CommandOf<'OpenMember'>['roles'] = ['buyer', 'provider']
    this.must(OPERATOR, { kind: 'OpenMember', handle, roles })
    const member = this.members.memberViews().length
    this.must(OPERATOR, { kind: 'AddUser', member, handle, verifier: null })
    const user = this.members.userViewByHandle(handle)!.user
    const account = this.openAccount(member, handle)
    const key = this.issue(SYSTEM, { account, user, scopes })
    return { account, key, member, user }
  }
  openAccount(member: number, handle: string): number {
    this.must(OPERATOR, { kind: 'OpenAccount', member, ownerGroup: 0, handle })
    return this.members.accountsOf(member).at(-1)!.account
  }
  /** Id of the new key. */
  issue(who: Who, fields: Partial<CommandOf<'IssueKey'>>): number {
    const [event] = this.must(who, this.issueKey(who, fields))
    return (event as EventOf<'KeyIssued'>).key
  }
  issueKey(who: Who, fields: Partial<CommandOf<'IssueKey'>>): CommandOf<'IssueKey'> {
    return {
      kind: 'IssueKey',
      account: who.account,
      user: null,
      node: null,
      label: '',
      credential: 'bearer',
      secret: this.newSecret(),
      scopes: ['read'],
      expiresAtUs: null,
      capMicro: null,
      ...fields,
    }
  }
  deposit(account: number, amountMicro: bigint): void {
    const [asset, reference] = ['CNY', 'test']
    this.must(OPERATOR, { kind: 'Deposit', account, asset, amountMicro, reference })
  }

  get stateful(): readonly Stateful[] {
    const { counters, timers, members, ledger, budgets } = this
    return [counters, timers, members, ledger, budgets]
  }
  /** Bytes of every table, as a snapshot holds them. */
  dump(): Uint8Array[] {
    return this.stateful.flatMap(({ tables }) =>
      tables.map((table) => encode(table.codec as unknown as Codec<unknown[]>, table.rows())),
    )
  }
  /** Another world made from the bytes alone. */
  restored(): MoneyWorld {
    const other = new MoneyWorld()
    const tables = other.stateful.flatMap((part): AnyTable[] => [...part.tables])
    for (const [index, bytes] of this.dump().entries()) {
      const table = tables[index]!
      table.load(decode(table.codec, bytes))
    }
    for (const part of other.stateful) part.rebuild()
    other.timeUs = this.timeUs
    other.#seq = this.#seq
    other.#secrets = this.#secrets
    return other
  }

  #check(rule: AnyRule, actor: Actor, command: Command): Refusal | null {
    let refusal = this.members.authorize(actor, rule.scope)
    for (const check of rule.checks) refusal ??= check(this, actor, command)
    return refusal
  }
  #approve(
    ctx: Context,
    command: CommandOf<'Approve'>,
  ): { refusal: Refusal | null; events: Event[] } {
    const refused = this.members.authorize(ctx, 'read') ?? this.members.checkApprove(ctx, command)
    const proposal = this.members.proposal(command.proposal)
    if (refused !== null || proposal === undefined) return { refusal: refused, events: ctx.events }
    const action = decode(commandCodec, proposal.action)
    const rule = ruleOf(action)
    const inner = this.context(proposal, true)
    const refusal = this.#check(rule, inner, action)
    if (refusal === null) {
      this.members.takeApproved(ctx, command)
      rule.apply(this, inner, action)
    }
    return { refusal, events: [...ctx.events, ...inner.events] }
  }
}

interface AnyRule {
  readonly scope: Rule<'Deposit', MoneyWorld>['scope']
  readonly checks: readonly ((x: MoneyWorld, actor: Actor, command: Command) => Refusal | null)[]
  readonly apply: (x: MoneyWorld, ctx: Context, command: Command) => void
}
function ruleOf(command: Command): AnyRule {
  const rules = { ...memberRules, ...ledgerRules } as unknown as Record<string, AnyRule>
  const rule = rules[command.kind]
  if (rule === undefined) throw new Error(`no rule for ${command.kind}`)
  return rule
}
