import { credential, role, scope } from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Decimal,
  Hex,
  Id,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  TimeInput,
  Word,
  written,
  type Static,
} from '../schema.ts'

export const HandleInput = Text({ pattern: '^[A-Za-z0-9._-]{1,64}$' })

export const Account = Shape({
  id: Id('account'),
  member_id: Id('member'),
  owner_group_id: Id('group'),
  handle: Text(),
})
export type Account = Static<typeof Account>

export const Key = Shape({
  id: Id('key'),
  account_id: Id('account'),
  user_id: Nullable(Id('user')),
  node_id: Nullable(Id('node')),
  label: Text(),
  credential: Word(credential),
  /** of an Ed25519 key only */
  public_key: Nullable(Text()),
  scopes: ArrayOf(Word(scope)),
  expires_at: Nullable(Time),
  revoked: Bool(),
  cap: Nullable(Decimal),
})
export type Key = Static<typeof Key>

/** A bearer token is made by the exchange and shown once; for Ed25519 send `public_key`. */
export const IssueKeyBody = Closed({
  label: Text({ maxLength: 64 }),
  scopes: ArrayOf(Word(scope), { maxItems: 16 }),
  public_key: Optional(Nullable(Hex(32))),
  /** sha256 of a token that the caller made: then no token comes back */
  token_digest: Optional(Nullable(Hex(32))),
  /** bearer; link for a one-time sign-in link */
  credential: Optional(Word(credential)),
  node_id: Optional(Nullable(Id('node'))),
  account_id: Optional(Id('account')),
  user_id: Optional(Nullable(Id('user'))),
  expires_at: Optional(Nullable(TimeInput)),
  cap: Optional(Nullable(Decimal)),
})
export type IssueKeyBody = Static<typeof IssueKeyBody>

export const IssuedKey = Shape({
  ...written,
  key: Key,
  /** shown once; null when the caller brought its own digest or public key, and in a replay */
  token: Nullable(Text()),
})
export type IssuedKey = Static<typeof IssuedKey>

const MemberOf = Shape({ id: Id('member'), handle: Text(), roles: ArrayOf(Word(role)) })
/** One of the accounts that a browser is signed in to; X-Suan-Account selects it. */
export const SignedIn = Shape({ account: Account, member: MemberOf })
export type SignedIn = Static<typeof SignedIn>

export const WhoAmI = Shape({
  account: Account,
  member: MemberOf,
  key: Key,
  scopes: ArrayOf(Word(scope)),
  sandbox: Bool(),
  /** to be sent as X-Suan-CSRF with writes of a cookie session; null otherwise */
  csrf_token: Nullable(Text()),
  /** every live session of this browser, by account; absent for callers without a cookie */
  sessions: Optional(ArrayOf(SignedIn)),
})
export type WhoAmI = Static<typeof WhoAmI>

/** Either a one-time link token, or handle and password. */
export const SessionBody = Closed({
  link_token: Optional(Text({ maxLength: 256 })),
  handle: Optional(HandleInput),
  password: Optional(Text({ maxLength: 1_024 })),
})
/** The session token is also set as an httpOnly cookie. */
export const Session = Shape({ ...written, whoami: WhoAmI, expires_at: Time })
export type Session = Static<typeof Session>
