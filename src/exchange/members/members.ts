import { assert, fail } from '../../kernel/index.ts'
import {
  SCOPES,
  SYSTEM_ACCOUNT,
  SYSTEM_KEY,
  refuse,
  type AccountView,
  type CommandKind,
  type CommandOf,
  type KeyView,
  type MemberView,
  type ProposalView,
  type Refusal,
  type Role,
  type UserView,
} from '../../messages/index.ts'
import type { Actor, Context } from '../context.ts'
import type { Authority } from '../rule.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'
import type { Timers } from '../timers.ts'
import { Proposals, type ApprovedAction } from './proposals.ts'
import { Standing } from './standing.ts'
import {
  accountRow,
  keyRow,
  memberRow,
  ownerGroupRow,
  userRow,
  type AccountRow,
  type KeyRow,
  type MemberRow,
  type OwnerGroupRow,
  type ProposalRow,
  type UserRow,
} from './rows.ts'

/** Members, accounts, owner groups, users, keys and proposals: who may act, and for whom. */
export class MembersDesk implements Stateful {
  readonly #counters: Counters
  readonly #members = new Table<MemberRow>('members', memberRow, (row) => row.member)
  readonly #accounts = new Table<AccountRow>('accounts', accountRow, (row) => row.account)
  readonly #groups = new Table<OwnerGroupRow>('owner_groups', ownerGroupRow, (r) => r.ownerGroup)
  readonly #users = new Table<UserRow>('users', userRow, (row) => row.user)
  readonly #keys = new Table<KeyRow>('keys', keyRow, (row) => row.key)
  readonly #proposals: Proposals
  readonly tables: readonly AnyTable[]
  // derived
  #memberByHandle = new Map<string, MemberRow>()
  #userByHandle = new Map<string, UserRow>()
  #keyBySecret = new Map<string, KeyRow>()
  #accountsOf = new Map<number, AccountRow[]>()
  #usersOf = new Map<number, number>()
  #keysOf = new Map<number, KeyRow[]>()
  /** of keys and accounts, in columns */
  readonly standing = new Standing()

  constructor(counters: Counters, timers: Timers) {
    this.#counters = counters
    this.#proposals = new Proposals(counters, timers, this)
    this.tables = [
      ...([
        this.#members,
        this.#accounts,
        this.#groups,
        this.#users,
        this.#keys,
      ] as unknown as readonly AnyTable[]),
      ...this.#proposals.tables,
    ]
  }

  /**
   * Null when the actor may do what needs this authority; else UNAUTHENTICATED (no such key, or not
   * of that account), KEY_EXPIRED or SCOPE_MISSING. Account 0 with key 0 is the exchange itself and
   * may do everything. A link key has no scope of its own: it only signs in.
   */
  authorize(actor: Actor, authority: Authority): Refusal | null {
    if (isSystem(actor)) return null
    if (!this.standing.isOf(actor.key, actor.account)) return refuse('UNAUTHENTICATED')
    if (!this.standing.isLive(actor.key, actor.timeUs)) return refuse('KEY_EXPIRED')
    if (authority === 'any') return null
    const has = authority !== 'system' && this.standing.hasScope(actor.key, authority)
    return has ? null : refuse('SCOPE_MISSING', { scope: authority })
  }

  member(id: number): MemberRow | undefined {
    return this.#members.get(id)
  }
  account(id: number): AccountRow | undefined {
    return this.#accounts.get(id)
  }
  /** The account that an earlier check found. */
  mustAccount(id: number): AccountRow {
    return this.#accounts.must(id)
  }
  user(id: number): UserRow | undefined {
    return this.#users.get(id)
  }
  key(id: number): KeyRow | undefined {
    return this.#keys.get(id)
  }
  /** Any key ever issued with this secret, revoked ones too; secrets are never used twice. */
  keyBySecret(secret: string): KeyRow | undefined {
    return this.#keyBySecret.get(secret)
  }
  hasOwnerGroup(id: number): boolean {
    return this.#groups.has(id)
  }
  ownerGroupOf(account: number): number {
    return this.standing.groupOf(account)
  }
  memberOf(account: number): number {
    return this.standing.memberOf(account) || fail(`account ${account} is missing`)
  }
  hasRole(account: number, role: Role): boolean {
    return this.standing.hasRole(account, role)
  }
  /** All accounts of a member, oldest first. */
  accountsOf(member: number): readonly AccountRow[] {
    return this.#accountsOf.get(member) ?? []
  }
  userCountOf(member: number): number {
    return this.#usersOf.get(member) ?? 0
  }
  memberNamed(handle: string): boolean {
    return this.#memberByHandle.has(handle)
  }
  userNamed(handle: string): boolean {
    return this.#userByHandle.has(handle)
  }
  /** Keys of an account that still work at the time. */
  liveKeyCount(account: number, timeUs: number): number {
    let count = 0
    for (const key of this.#keysOf.get(account) ?? []) if (isLive(key, timeUs)) count++
    return count
  }
  /** How many users have a live key with scope admin. */
  adminPersons(timeUs: number): number {
    const users = new Set<number>()
    for (const { user, scopes, ...key } of this.#keys.values()) {
      if (user !== null && scopes.includes('admin') && isLive(key, timeUs)) users.add(user)
    }
    return users.size
  }
  /** Members of the operator sign in with its authority. */
  isOperator(member: number): boolean {
    return this.#members.must(member).roles.includes('operator')
  }

  openMember(ctx: Context, command: CommandOf<'OpenMember'>): number {
    const { handle, roles } = command
    const row = { member: this.#counters.next('member'), handle, roles }
    this.#indexMember(this.#members.insert(row))
    ctx.emit({ ...command, kind: 'MemberOpened', member: row.member })
    return row.member
  }
  openAccount(ctx: Context, command: CommandOf<'OpenAccount'>): number {
    const { member, handle } = command
    const ownerGroup = this.#groupOrNew(ctx, command.ownerGroup)
    const row = { account: this.#counters.next('account'), member, ownerGroup, handle }
    this.#indexAccount(this.#accounts.insert(row))
    ctx.emit({ kind: 'AccountOpened', ...row })
    return row.account
  }
  setOwnerGroup(ctx: Context, command: CommandOf<'SetOwnerGroup'>): void {
    const row = this.#accounts.must(command.account)
    row.ownerGroup = this.#groupOrNew(ctx, command.ownerGroup)
    this.standing.setAccount(row, this.#members.must(row.member))
    ctx.emit({ kind: 'OwnerGroupSet', account: row.account, ownerGroup: row.ownerGroup })
  }
  addUser(ctx: Context, command: CommandOf<'AddUser'>): number {
    const { member, handle, verifier } = command
    const row = { user: this.#counters.next('user'), member, handle, verifier }
    this.#indexUser(this.#users.insert(row))
    ctx.emit({ kind: 'UserAdded', user: row.user, member, handle })
    return row.user
  }
  setVerifier(ctx: Context, command: CommandOf<'SetVerifier'>): void {
    this.#users.must(command.user).verifier = command.verifier
    ctx.emit({ kind: 'VerifierSet', user: command.user })
  }
  /** Issues the key. A link key that issues its session is revoked with it. */
  issueKey(ctx: Context, command: CommandOf<'IssueKey'>): number {
    const { kind: _kind, secret, ...shown } = command
    const issuer = this.#keys.get(ctx.key)
    const sameMember =
      issuer !== undefined && this.memberOf(issuer.account) === this.memberOf(command.account)
    const row: KeyRow = {
      ...shown,
      key: this.#counters.next('key'),
      secret,
      revoked: false,
      parent: sameMember ? issuer.key : 0,
      depth: sameMember ? issuer.depth + 1 : 0,
    }
    this.#indexKey(this.#keys.insert(row))
    ctx.emit({ kind: 'KeyIssued', key: row.key, issuedBy: ctx.key, ...shown })
    if (issuer?.credential === 'link') this.revokeKey(ctx, issuer.key)
    return row.key
  }
  revokeKey(ctx: Context, id: number): void {
    const row = this.#keys.must(id)
    row.revoked = true
    this.standing.setKey(row)
    ctx.emit({ kind: 'KeyRevoked', key: id, account: row.account })
  }

  /**
   * The first rows of a venue: owner group 1, member 1 with role operator, its account 1 and user 1,
   * and bearer key 1 with every scope. `secret` is sha256 of the token, in hex. Part of Genesis.
   */
  bootstrapOperator(ctx: Context, secret: string): void {
    const handle = 'operator'
    const member = this.openMember(ctx, { kind: 'OpenMember', handle, roles: ['operator'] })
    const account = this.openAccount(ctx, { kind: 'OpenAccount', member, ownerGroup: 0, handle })
    const user = this.addUser(ctx, { kind: 'AddUser', member, handle, verifier: null })
    const key = this.issueKey(ctx, {
      kind: 'IssueKey',
      account,
      user,
      node: null,
      label: handle,
      credential: 'bearer',
      secret,
      scopes: [...SCOPES],
      expiresAtUs: null,
      capMicro: null,
    })
    assert(member === 1 && account === 1 && user === 1 && key === 1, 'the venue is not empty')
  }

  /** The key and those of its member that it was issued from, nearest first; nothing for key 0. */
  issuersOf(id: number): number[] {
    const chain: number[] = []
    for (let key = id; key !== 0; key = this.standing.parentOf(key)) chain.push(key)
    return chain
  }
  /** Is it a key of this account, revoked or not? */
  isKeyOf(id: number, account: number): boolean {
    return this.standing.isOf(id, account)
  }
  /** The cap that the key was issued with, or null. */
  capOf(id: number): bigint | null {
    return this.standing.isCapped(id) ? this.#keys.must(id).capMicro : null
  }
  /** Whether `above` is the key itself or one of the keys that its cap and budgets come from. */
  isBoundBy(id: number, above: number): boolean {
    return this.issuersOf(id).includes(above)
  }

  checkPropose(actor: Actor, command: CommandOf<'Propose'>): Refusal | null {
    return this.#proposals.checkPropose(actor, command)
  }
  /** `actionKind` is the kind of the decoded action. */
  applyPropose(ctx: Context, command: CommandOf<'Propose'>, actionKind: CommandKind): void {
    this.#proposals.applyPropose(ctx, command, actionKind)
  }
  checkApprove(actor: Actor, command: CommandOf<'Approve'>): Refusal | null {
    return this.#proposals.checkApprove(actor, command)
  }
  /** A proposal; its action is empty once closed. */
  proposal(id: number): ProposalRow | undefined {
    return this.#proposals.get(id)
  }
  /** Closes the proposal and gives its action, to be carried out in the same command. */
  takeApproved(ctx: Context, command: CommandOf<'Approve'>): ApprovedAction {
    return this.#proposals.takeApproved(ctx, command)
  }
  /** Timer `proposal_expiry`. */
  expireProposal(ctx: Context, proposal: number): void {
    this.#proposals.expire(ctx, proposal)
  }

  memberViews(): MemberView[] {
    return this.#members.rows().map((row) => ({ ...row }))
  }
  memberView(id: number): MemberView | null {
    const row = this.#members.get(id)
    return row === undefined ? null : { ...row }
  }
  accountView(id: number): AccountView | null {
    const row = this.#accounts.get(id)
    return row === undefined ? null : { ...row }
  }
  accountViews(member: number): AccountView[] {
    return this.accountsOf(member).map((row) => ({ ...row }))
  }
  userViewByHandle(handle: string): UserView | null {
    const row = this.#userByHandle.get(handle)
    return row === undefined ? null : { ...row }
  }
  keyView(id: number): KeyView | null {
    const row = this.#keys.get(id)
    return row === undefined ? null : this.#viewKey(row)
  }
  keyViewBySecret(secret: string): KeyView | null {
    const row = this.#keyBySecret.get(secret)
    return row === undefined ? null : this.#viewKey(row)
  }
  keyViews(account: number): KeyView[] {
    return (this.#keysOf.get(account) ?? []).map((row) => this.#viewKey(row))
  }
  proposalViews(): ProposalView[] {
    return this.#proposals.views()
  }

  rebuild(): void {
    this.#memberByHandle = new Map()
    this.#userByHandle = new Map()
    this.#keyBySecret = new Map()
    this.#accountsOf = new Map()
    this.#usersOf = new Map()
    this.#keysOf = new Map()
    this.standing.clear()
    for (const row of this.#members.values()) this.#indexMember(row)
    for (const row of this.#accounts.values()) this.#indexAccount(row)
    for (const row of this.#users.values()) this.#indexUser(row)
    for (const row of this.#keys.values()) this.#indexKey(row)
    this.#proposals.rebuild()
  }

  #groupOrNew(ctx: Context, group: number): number {
    if (group !== 0) return group
    const row = { ownerGroup: this.#counters.next('owner_group'), sinceUs: ctx.timeUs }
    return this.#groups.insert(row).ownerGroup
  }
  #viewKey(row: KeyRow): KeyView {
    const { parent: _parent, depth: _depth, ...shown } = row
    return { ...shown, member: this.memberOf(row.account) }
  }
  #indexMember(row: MemberRow): void {
    this.#memberByHandle.set(row.handle, row)
  }
  #indexAccount(row: AccountRow): void {
    push(this.#accountsOf, row.member, row)
    this.standing.setAccount(row, this.#members.must(row.member))
  }
  #indexUser(row: UserRow): void {
    this.#userByHandle.set(row.handle, row)
    this.#usersOf.set(row.member, this.userCountOf(row.member) + 1)
  }
  #indexKey(row: KeyRow): void {
    assert(!this.#keyBySecret.has(row.secret), 'a key secret is used twice')
    this.#keyBySecret.set(row.secret, row)
    push(this.#keysOf, row.account, row)
    this.standing.setKey(row)
  }
}

/** The exchange itself acts: account 0 with key 0. */
export function isSystem(actor: Actor): boolean {
  return actor.account === SYSTEM_ACCOUNT && actor.key === SYSTEM_KEY
}

function isLive(key: Pick<KeyRow, 'revoked' | 'expiresAtUs'>, timeUs: number): boolean {
  return !key.revoked && (key.expiresAtUs === null || timeUs < key.expiresAtUs)
}

function push<T>(lists: Map<number, T[]>, at: number, item: T): void {
  const list = lists.get(at)
  if (list === undefined) lists.set(at, [item])
  else list.push(item)
}
