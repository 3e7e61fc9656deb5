/** Rows of the members desk. Ids are the table keys; times are microseconds. */
import {
  bool,
  bytes,
  hex,
  i64,
  list,
  nullable,
  oneOf,
  struct,
  text,
  u32,
  u53,
  type Infer,
} from '../../kernel/index.ts'
import { LIMITS, credential, handle, role, scope } from '../../messages/index.ts'

export const memberRow = struct({ member: u32, handle, roles: list(role, 8) })
export type MemberRow = Infer<typeof memberRow>

export const accountRow = struct({ account: u32, member: u32, ownerGroup: u32, handle })
export type AccountRow = Infer<typeof accountRow>

/** A beneficial owner; accounts point at it. */
export const ownerGroupRow = struct({ ownerGroup: u32, sinceUs: u53 })
export type OwnerGroupRow = Infer<typeof ownerGroupRow>

export const userRow = struct({ user: u32, member: u32, handle, verifier: nullable(text(256)) })
export type UserRow = Infer<typeof userRow>

export const keyRow = struct({
  key: u32,
  account: u32,
  user: nullable(u32),
  node: nullable(u32),
  label: text(64),
  credential,
  secret: hex(32),
  scopes: list(scope, 16),
  expiresAtUs: nullable(u53),
  capMicro: nullable(i64),
  revoked: bool,
  /** the key of the same member that issued this one: its cap and budgets bind this one too; 0 none */
  parent: u32,
  /** number of parents above */
  depth: u32,
})
export type KeyRow = Infer<typeof keyRow>

export const proposalRow = struct({
  proposal: u32,
  account: u32,
  key: u32,
  user: nullable(u32),
  actionKind: text(48),
  /** the encoded command; empty once closed */
  action: bytes(LIMITS.commandBytes),
  expiresAtUs: u53,
  timer: u53,
  status: oneOf('open', 'done', 'expired'),
})
export type ProposalRow = Infer<typeof proposalRow>
