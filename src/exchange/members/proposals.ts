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
import { proposalRow, type KeyRow, type ProposalRow } from './rows.ts'

/** Commands that are carried out only through Propose and Approve (rule MBR-005). */
export const TWO_PERSON: ReadonlySet<CommandKind> = new Set(['PostCorrection', 'ActivateRules'])

/** Commands that cannot be proposed: the pair itself, and what only the exchange says. */
const NOT_PROPOSABLE: ReadonlySet<CommandKind> = new Set([
  'Propose',
  'Approve',
  'Genesis',
  'Tick',
  'ResumeAfterGap',
])

/** A proposed command and the account and key whose authority it is carried out with. */
export interface ApprovedAction {
  readonly account: number
  readonly key: number
  readonly command: Command
}

/** TWO_PERSONS_NEEDED unless the actor carries out what a second person approved. */
export function refuseUnlessApproved(actor: Actor): Refusal | null {
  return actor.approved === true ? null : refuse('TWO_PERSONS_NEEDED')
}

/** The generic pair of commands that every two-person action goes through. */
export class Proposals implements Stateful {
  readonly #counters: Counters
  readonly #timers: Timers
  readonly #keys: { key(id: number): KeyRow | undefined }
  readonly #table = new Table<ProposalRow>('proposals', proposalRow, (row) => row.proposal)
  readonly tables = [this.#table as unknown as AnyTable]
  #open = 0

  constructor(counters: Counters, timers: Timers, keys: { key(id: number): KeyRow | undefined }) {
    this.#counters = counters
    this.#timers = timers
    this.#keys = keys
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
    if (this.#open >= LIMITS.openProposals) {
      return refuse('LIMIT_REACHED', { limit: LIMITS.openProposals, what: 'open proposals' })
    }
    return null
  }

  applyPropose(ctx: Context, command: CommandOf<'Propose'>): void {
    const { action, expiresAtUs } = command
    const proposal = this.#counters.next('proposal')
    const actionKind = mustDecode(action).kind
    const user = this.#keys.key(ctx.key)?.user ?? null
    const timer = this.#timers.schedule(expiresAtUs, 'proposal_expiry', proposal)
    this.#table.insert({
      proposal,
      account: ctx.account,
      key: ctx.key,
      user,
      actionKind,
      action,
      expiresAtUs,
      timer,
      status: 'open',
    })
    this.#open++
    ctx.emit({ kind: 'ProposalMade', proposal, by: user, actionKind, expiresAtUs })
  }

  /** NOT_FOUND, PROPOSAL_CLOSED, or TWO_PERSONS_NEEDED unless two known, different users take part. */
  checkApprove(actor: Actor, command: CommandOf<'Approve'>): Refusal | null {
    const row = this.#table.get(command.proposal)
    if (row === undefined) return refuse('NOT_FOUND', { what: 'proposal', id: command.proposal })
    if (row.status !== 'open' || actor.timeUs >= row.expiresAtUs) return refuse('PROPOSAL_CLOSED')
    const user = this.#keys.key(actor.key)?.user ?? null
    if (user === null || row.user === null || user === row.user) {
      return refuse('TWO_PERSONS_NEEDED')
    }
    return null
  }

  action(proposal: number): ApprovedAction | undefined {
    const row = this.#table.get(proposal)
    if (row === undefined || row.status !== 'open') return undefined
    return { account: row.account, key: row.key, command: mustDecode(row.action) }
  }

  takeApproved(ctx: Context, command: CommandOf<'Approve'>): ApprovedAction {
    const row = this.#table.must(command.proposal)
    const taken = { account: row.account, key: row.key, command: mustDecode(row.action) }
    this.#timers.cancel(row.timer)
    this.#close(row, 'done')
    const by = this.#keys.key(ctx.key)?.user ?? null
    ctx.emit({ kind: 'ProposalApproved', proposal: row.proposal, by })
    return taken
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
      expiresAtUs: row.expiresAtUs,
      done: row.status !== 'open',
    }))
  }

  rebuild(): void {
    this.#open = this.#table.rows().filter((row) => row.status === 'open').length
  }

  #close(row: ProposalRow, status: 'done' | 'expired'): void {
    row.status = status
    row.action = new Uint8Array()
    this.#open--
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

function mustDecode(bytes: Uint8Array): Command {
  return decode(commandCodec, bytes)
}
