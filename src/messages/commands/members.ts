/** Commands of the members desk: who may act, for whom, with which key. */
import { bytes, hex, i64, list, nullable, struct, text, u16, u32, u53 } from '../../kernel/index.ts'
import { credential, handle, role, scope } from '../vocabulary.ts'
import { LIMITS } from '../limits.ts'

export const memberCommands = {
  /** Opens a legal entity. Only the operator. */
  OpenMember: struct({ handle, roles: list(role, 8) }),
  /** Opens a sub-account of a member; owner group 0 opens a new group. */
  OpenAccount: struct({ member: u32, ownerGroup: u32, handle }),
  /** Moves an account into another beneficial-owner group from now on. */
  SetOwnerGroup: struct({ account: u32, ownerGroup: u32 }),
  /** Adds a person of a member; the verifier is a salted scrypt string, never a password. */
  AddUser: struct({ member: u32, handle, verifier: nullable(text(256)) }),
  SetVerifier: struct({ user: u32, verifier: text(256) }),
  /**
   * Issues a key. `secret` is sha256 of the token (bearer, session, link) or the Ed25519 public key.
   * A key is never given scopes or a cap beyond those of the key that issues it.
   */
  IssueKey: struct({
    account: u32,
    user: nullable(u32),
    node: nullable(u32),
    label: text(64),
    credential,
    secret: hex(32),
    scopes: list(scope, 16),
    expiresAtUs: nullable(u53),
    capMicro: nullable(i64),
  }),
  RevokeKey: struct({ key: u32 }),
  /** First half of every two-person action: `action` is an encoded command. */
  Propose: struct({ action: bytes(LIMITS.commandBytes), expiresAtUs: u53 }),
  /** Second half, by another user: carries the action out with the proposer's authority. */
  Approve: struct({ proposal: u32 }),
  /** Changes the rules in force; only through Propose and Approve. */
  ActivateRules: struct({ version: u16 }),
}
