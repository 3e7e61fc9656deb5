/** What every command asks of its key and its account, in columns beside their rows. */
import { role as roles, SCOPES, type Role, type Scope } from '../../messages/index.ts'
import { Column } from '../column.ts'
import type { AccountRow, KeyRow, MemberRow } from './rows.ts'

/** Numbers of a key, side by side: each order asks for all three. */
const KEY_STRIDE = 4
const OWNER = 0
/** a bit for each scope; none for a link, which only signs in */
const SCOPE_BITS = 1
/** when it ends: never is Infinity, revoked is 0 */
const ENDS_US = 2
/** the key that it was issued from, 0 is none; where it came with a cap, -1 less that */
const PARENT = 3
/** Numbers of an account: its owner group, a bit for each role of its member, and that member. */
const ACCOUNT_STRIDE = 4
const GROUP = 0
const ROLE_BITS = 1
const MEMBER = 2

export class Standing {
  readonly #keys = new Column()
  readonly #accounts = new Column()

  setKey(row: KeyRow): void {
    const at = row.key * KEY_STRIDE
    this.#keys.set(at + OWNER, row.account)
    this.#keys.set(at + SCOPE_BITS, row.credential === 'link' ? 0 : bits(SCOPES, row.scopes))
    this.#keys.set(at + ENDS_US, row.revoked ? 0 : (row.expiresAtUs ?? Infinity))
    this.#keys.set(at + PARENT, row.capMicro === null ? row.parent : -1 - row.parent)
  }
  setAccount(row: AccountRow, member: MemberRow): void {
    const at = row.account * ACCOUNT_STRIDE
    this.#accounts.set(at + GROUP, row.ownerGroup)
    this.#accounts.set(at + ROLE_BITS, bits(roles.values, member.roles))
    this.#accounts.set(at + MEMBER, row.member)
  }

  /** There is no account 0. */
  isOf(key: number, account: number): boolean {
    return this.#keys.get(key * KEY_STRIDE + OWNER) === account && account !== 0
  }
  isLive(key: number, timeUs: number): boolean {
    return timeUs < this.#keys.get(key * KEY_STRIDE + ENDS_US)
  }
  hasScope(key: number, scope: Scope): boolean {
    return (this.#keys.get(key * KEY_STRIDE + SCOPE_BITS) & SCOPE_BIT[scope]) !== 0
  }
  hasRole(account: number, role: Role): boolean {
    return (this.#accounts.get(account * ACCOUNT_STRIDE + ROLE_BITS) & ROLE_BIT[role]) !== 0
  }
  /** As `isOf`, `isLive` and `hasScope` together; `scope` is a bit of `scopeBit`. */
  may(key: number, account: number, scope: number, timeUs: number): boolean {
    const keys = this.#keys
    const at = key * KEY_STRIDE
    return (
      keys.get(at + OWNER) === account &&
      account !== 0 &&
      timeUs < keys.get(at + ENDS_US) &&
      (keys.get(at + SCOPE_BITS) & scope) !== 0
    )
  }
  /** Has the account any of the roles of `roleBits`? */
  hasAny(account: number, roleBits: number): boolean {
    return (this.#accounts.get(account * ACCOUNT_STRIDE + ROLE_BITS) & roleBits) !== 0
  }
  groupOf(account: number): number {
    return this.#accounts.get(account * ACCOUNT_STRIDE + GROUP)
  }
  /** 0 of an account that does not exist. */
  memberOf(account: number): number {
    return this.#accounts.get(account * ACCOUNT_STRIDE + MEMBER)
  }
  /** The key of its member that it was issued from; 0 is none. */
  parentOf(key: number): number {
    const parent = this.#keys.get(key * KEY_STRIDE + PARENT)
    return parent < 0 ? -1 - parent : parent
  }
  /** Was it issued with a cap of its own? */
  isCapped(key: number): boolean {
    return this.#keys.get(key * KEY_STRIDE + PARENT) < 0
  }
  clear(): void {
    this.#keys.clear()
    this.#accounts.clear()
  }
}

/** For `may`: a look at a number instead of a word. */
export const scopeBit = (scope: Scope): number => SCOPE_BIT[scope]
/** For `hasAny`. */
export const roleBits = (has: readonly Role[]): number => bits(roles.values, has)

const SCOPE_BIT = bitOf(SCOPES)
const ROLE_BIT = bitOf(roles.values)

function bitOf<W extends string>(words: readonly W[]): Readonly<Record<W, number>> {
  return Object.fromEntries(words.map((word, at) => [word, 1 << at])) as Record<W, number>
}
function bits<W extends string>(words: readonly W[], has: readonly W[]): number {
  return has.reduce<number>((mask, word) => mask | (1 << words.indexOf(word)), 0)
}
