import { CodecError, US_PER_SECOND, decode } from '../../kernel/index.ts'
import {
  LIMITS,
  command as commandCodec,
  refuse,
  type Command,
  type CommandKind,
  type CommandOf,
  type ProposalView,
  type Refusal,
} from '../../messages/index.ts'
import type { Actor, Context } from '../context.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'
import type { Timers } from '../timers.ts'
import type { MembersDesk } from './members.ts'
import { proposalRow, type ProposalRow } from './rows.ts'

/** Commands that are carried out only through Propose and Approve (rule MBR-005). */
export const TWO_PERSON: ReadonlySet<string> = new Set<CommandKind>([
  'PostCorrection',
  'ActivateRules',
  'ResolveDispute',
])

/** Commands that cannot be proposed: the pair itself, and what only the exchange says. */
const NOT_PROPOSABLE: ReadonlySet<CommandKind> = new Set([
  'Propose',
  'Approve',
  'Genesis',
  'Tick',
  'ResumeAfterGap',
])

/** An encoded command, and the account and key with whose authority it is carried out. */
export type ApprovedAction = Pick<ProposalRow, 'account' | 'key' | 'action'>

/** TWO_PERSONS_NEEDED unless the actor carries out what a second person approved. */
export function refuseUnlessApproved(actor: Actor): Refusal | null {
  return actor.approved === true ? null : refuse('TWO_PERSONS_NEEDED')
}

/** The generic pair of commands that every two-person action goes through. */
export class Proposals implements Stateful {
  readonly #counters: Counters
  readonly #timers: Timers
  readonly #members: MembersDesk
  readonly #table = new Table<ProposalRow>('proposals', proposalRow, (row) => row.proposal)
  readonly tables = [this.#table as unknown as AnyTable]
  #openOf = new Map<number, number>()

  constructor(counters: Counters, timers: Timers, members: MembersDesk) {
    this.#counters = counters
    this.#timers = timers
    this.#members = members
  }

  checkPropose(actor: Actor, command: CommandOf<'Propose'>): Refusal | null {
    const latestUs = actor.timeUs + LIMITS.proposalSeconds * US_PER_SECOND
    if (command.expiresAtUs <= actor.timeUs || command.expiresAtUs > latestUs) {
      return refuse('FIELD_INVALID', { field: 'expiresAtUs', why: 'within 30 days from now' })
    }
    const action = decodeAction(command.action)
    if (action === null) return refuse('FIELD_INVALID', { field: 'action', why: 'not a command' })
    if (NOT_PROPOSABLE.has(action.kind)) {
      return refuse('FIELD_INVALID', { field: 'action', why: `${action.kind} is never proposed` })
    }
    if ((this.#openOf.get(actor.account) ?? 0) >= LIMITS.openProposals) {
      return refuse('LIMIT_REACHED', { limit: LIMITS.openProposals, what: 'open proposals' })
    }
    return this.#checkAuthority(actor, action.kind)
  }

  applyPropose(ctx: Context, command: CommandOf<'Propose'>, actionKind: CommandKind): void {
    const { action, expiresAtUs } = command
    const { account, key } = ctx
    const proposal = this.#counters.next('proposal')
    const user = this.#userOf(ctx)
    const timer = this.#timers.schedule(expiresAtUs, 'proposal_expiry', proposal)
    const [status, row] = ['open', { proposal, account, key, user, actionKind, action }] as const
    this.#table.insert({ ...row, expiresAtUs, timer, status })
    this.#count(account, 1)
    ctx.emit({ kind: 'ProposalMade', proposal, by: user, actionKind, expiresAtUs })
  }

  /**
   * NOT_FOUND; PROPOSAL_CLOSED; FORBIDDEN outside the proposer's member; SCOPE_MISSING;
   * TWO_PERSONS_NEEDED unless two known, different users take part.
   */
  checkApprove(actor: Actor, command: CommandOf<'Approve'>): Refusal | null {
    const row = this.#table.get(command.proposal)
    if (row === undefined) return refuse('NOT_FOUND', { what: 'proposal', id: command.proposal })
    if (row.status !== 'open' || actor.timeUs >= row.expiresAtUs) return refuse('PROPOSAL_CLOSED')
    const user = this.#userOf(actor)
    if (user === null || row.user === null || user === row.user) {
      return refuse('TWO_PERSONS_NEEDED')
    }
    if (this.#members.memberOf(actor.account) !== this.#members.memberOf(row.account)) {
      return refuse('FORBIDDEN')
    }
    return this.#checkAuthority(actor, row.actionKind)
  }

  get(proposal: number): ProposalRow | undefined {
    return this.#table.get(proposal)
  }

  takeApproved(ctx: Context, command: CommandOf<'Approve'>): ApprovedAction {
    const row = this.#table.must(command.proposal)
    const { proposal, account, key, action } = row
    this.#timers.cancel(row.timer)
    this.#close(row, 'done')
    ctx.emit({ kind: 'ProposalApproved', proposal, by: this.#userOf(ctx) })
    return { account, key, action }
  }

  expire(ctx: Context, proposal: number): void {
    const row = this.#table.must(proposal)
    if (row.status !== 'open') return
    this.#close(row, 'expired')
    ctx.emit({ kind: 'ProposalExpired', proposal })
  }

  views(): ProposalView[] {
    return this.#table.rows().map((row) => ({
      proposal: row.proposal,
      by: row.user,
      actionKind: row.actionKind,
      action: row.status === 'open' ? decodeAction(row.action) : null,
      expiresAtUs: row.expiresAtUs,
      done: row.status !== 'open',
    }))
  }

  rebuild(): void {
    this.#openOf = new Map()
    for (const row of this.#table.values()) if (row.status === 'open') this.#count(row.account, 1)
  }

  /** Both persons need scope admin for what is never done alone. */
  #checkAuthority(actor: Actor, actionKind: string): Refusal | null {
    return TWO_PERSON.has(actionKind) ? this.#members.authorize(actor, 'admin') : null
  }
  #userOf(actor: Actor): number | null {
    return this.#members.key(actor.key)?.user ?? null
  }
  #close(row: ProposalRow, status: 'done' | 'expired'): void {
    row.status = status
    row.action = new Uint8Array()
    this.#count(row.account, -1)
  }
  #count(account: number, more: 1 | -1): void {
    this.#openOf.set(account, (this.#openOf.get(account) ?? 0) + more)
  }
}

/** The proposed command, or null when the bytes are not one. */
function decodeAction(bytes: Uint8Array): Command | null {
  try {
    return decode(commandCodec, bytes)
  } catch (error) {
    if (error instanceof CodecError) return null
    throw error
  }
}
