/** What every command asks of its key and its account, in columns beside their rows. */
import { role as roles, SCOPES, type Role, type Scope } from '../../messages/index.ts'
import { Column } from '../column.ts'
import type { AccountRow, KeyRow, MemberRow } from './rows.ts'

export class Standing {
  readonly #keyAccount = new Column(-1)
  /** a bit for each scope; none for a link, which only signs in */
  readonly #keyScopes = new Column()
  /** when it ends: never is Infinity, revoked is 0 */
  readonly #keyEndsUs = new Column()
  readonly #accountGroup = new Column()
  /** a bit for each role of the account's member */
  readonly #accountRoles = new Column()

  setKey(row: KeyRow): void {
    this.#keyAccount.set(row.key, row.account)
    this.#keyScopes.set(row.key, row.credential === 'link' ? 0 : bits(SCOPES, row.scopes))
    this.#keyEndsUs.set(row.key, row.revoked ? 0 : (row.expiresAtUs ?? Infinity))
  }
  setAccount(row: AccountRow, member: MemberRow): void {
    this.#accountGroup.set(row.account, row.ownerGroup)
    this.#accountRoles.set(row.account, bits(roles.values, member.roles))
  }

  isOf(key: number, account: number): boolean {
    return this.#keyAccount.get(key) === account
  }
  isLive(key: number, timeUs: number): boolean {
    return timeUs < this.#keyEndsUs.get(key)
  }
  hasScope(key: number, scope: Scope): boolean {
    return (this.#keyScopes.get(key) & SCOPE_BIT[scope]) !== 0
  }
  hasRole(account: number, role: Role): boolean {
    return (this.#accountRoles.get(account) & ROLE_BIT[role]) !== 0
  }
  groupOf(account: number): number {
    return this.#accountGroup.get(account)
  }
  clear(): void {
    for (const column of [this.#keyAccount, this.#keyScopes, this.#keyEndsUs]) column.clear()
    for (const column of [this.#accountGroup, this.#accountRoles]) column.clear()
  }
}

const SCOPE_BIT = bitOf(SCOPES)
const ROLE_BIT = bitOf(roles.values)

function bitOf<W extends string>(words: readonly W[]): Readonly<Record<W, number>> {
  return Object.fromEntries(words.map((word, at) => [word, 1 << at])) as Record<W, number>
}
function bits<W extends string>(words: readonly W[], has: readonly W[]): number {
  return has.reduce<number>((mask, word) => mask | (1 << words.indexOf(word)), 0)
}
