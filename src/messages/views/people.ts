/** What queries return about members, money and budgets. All ids are the core's integers. */
import type { Command } from '../command.ts'
import type { BudgetPeriod, BudgetScope, Credential, Role, Scope } from '../vocabulary.ts'

export interface MemberView {
  readonly member: number
  readonly handle: string
  readonly roles: readonly Role[]
}
export interface AccountView {
  readonly account: number
  readonly member: number
  readonly ownerGroup: number
  readonly handle: string
}
export interface UserView {
  readonly user: number
  readonly member: number
  readonly handle: string
  readonly verifier: string | null
}
export interface KeyView {
  readonly key: number
  readonly account: number
  readonly member: number
  readonly user: number | null
  readonly node: number | null
  readonly label: string
  readonly credential: Credential
  /** sha256 of the token, or the public key */
  readonly secret: string
  readonly scopes: readonly Scope[]
  readonly expiresAtUs: number | null
  readonly revoked: boolean
  readonly capMicro: bigint | null
}
/** An account's money in one asset: parts are disjoint, micro-units. */
export interface BalanceView {
  readonly asset: string
  readonly availableMicro: bigint
  readonly heldMicro: bigint
  /** in leases as principal and fee escrow */
  readonly escrowedMicro: bigint
  /** earned as a seller and still resting */
  readonly earnedMicro: bigint
  readonly withdrawingMicro: bigint
}
export interface BudgetView {
  readonly scope: BudgetScope
  readonly subject: number
  readonly period: BudgetPeriod
  readonly limitMicro: bigint
  readonly spentMicro: bigint
  /** held and escrowed worst case */
  readonly committedMicro: bigint
}
export interface ProposalView {
  readonly proposal: number
  readonly by: number | null
  readonly actionKind: string
  /** what a second person is asked to approve; null when it is done or has expired */
  readonly action: Command | null
  readonly expiresAtUs: number
  readonly done: boolean
}
