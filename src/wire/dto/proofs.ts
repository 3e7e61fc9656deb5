import { challengeEnd, challengeKind, challengeStep, verdict } from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Digest,
  Hex,
  Id,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  U32,
  Word,
  Words,
  written,
  type Static,
} from '../schema.ts'

/** One challenge of a machine. Its seed, its root and its draw let everybody check the answer again. */
export const Challenge = Shape({
  id: Id('challenge'),
  /** the assessor */
  account_id: Id('account'),
  node_id: Id('node'),
  /** of a witness: the lease inside which it runs */
  lease_id: Nullable(Id('lease')),
  /** the audit that it is part of: all of its challenges were opened in one instant */
  audit_id: Nullable(Id('audit')),
  proof: Word(challengeKind),
  seed: Digest,
  /** order of the matrices, blocks of 1 KiB, or milliseconds of work */
  size: U32,
  step: Word(challengeStep),
  /** until when the step can be taken */
  due_at: Nullable(Time),
  root: Nullable(Digest),
  /** what the machine says that it did: of a witness blocks of the integer kernel */
  work: Count,
  draw: Nullable(Digest),
  answer_digest: Nullable(Digest),
  opened_at: Time,
  committed_at: Nullable(Time),
  drawn_at: Nullable(Time),
  answered_at: Nullable(Time),
  closed_at: Nullable(Time),
  end: Nullable(Word(challengeEnd)),
  /** in the same unit a second: what was seen and what the standing report says; 0 is not known */
  measured: Count,
  contract: Count,
  ratio_ppm: Nullable(U32),
})
export type Challenge = Static<typeof Challenge>

/** What is proven of a node, and every challenge of it, newest first. */
export const NodeProofs = Shape({
  node_id: Id('node'),
  /** null: it never passed a challenge */
  passed_at: Nullable(Time),
  /** kinds that it failed and has not passed since */
  failing: ArrayOf(Word(challengeKind)),
  failed_at: Nullable(Time),
  /** measured over contract of the last witnesses inside leases, oldest first, and their median */
  witnesses_ppm: ArrayOf(U32),
  deliverable_ppm: Nullable(U32),
  data: ArrayOf(Challenge),
  next_cursor: Nullable(Text()),
  has_more: Bool(),
})
export type NodeProofs = Static<typeof NodeProofs>

const Device = {
  kind: Words('machine', 'gpu', 'disk'),
  /** SHA-256 of "suan device", 0, the kind, 0, and the serial number or UUID */
  id_hash: Digest,
  model: Text({ maxLength: 96 }),
}
export const Devices = Shape({ data: ArrayOf(Shape(Device)) })
export const DevicesBody = Closed({ devices: ArrayOf(Closed(Device), { maxItems: 64 }) })

const task = {
  seed: Digest,
  size: U32,
  /** from the opening to the commitment, and from the draw to the answer */
  commit_ms: U32,
  answer_ms: U32,
}
export const ChallengeBody = Closed({
  node_id: Id('node'),
  lease_id: Optional(Nullable(Id('lease'))),
  proof: Word(challengeKind),
  ...task,
})
export const OpenedChallenge = Shape({ ...written, challenge: Challenge })
export const AuditBody = Closed({ account_id: Id('account'), proof: Word(challengeKind), ...task })
export const OpenedAudit = Shape({
  ...written,
  audit_id: Id('audit'),
  challenges: ArrayOf(Challenge),
})
export const CommitBody = Closed({ root: Digest, work: Count })
export const DrawBody = Closed({ draw: Hex(32) })
export const VerdictBody = Closed({ verdict: Word(verdict), measured: Count, contract: Count })

/** A node that can be challenged, with what its standing report says of it; 0 is not known. */
export const ChallengeTarget = Shape({
  node_id: Id('node'),
  account_id: Id('account'),
  /** nobody has bought of it: the whole machine can be challenged */
  unsold: Bool(),
  /** a challenge is open */
  busy: Bool(),
  cores: Count,
  memory_mib: Count,
  /** blocks of the integer kernel a second on all cores, and operations a second of byte matrices */
  int_nt_ops_per_s: Count,
  matmul_int8_nt_mops: Count,
  /** its daemon runs witnesses inside leases */
  witness: Bool(),
  leases: ArrayOf(Shape({ lease_id: Id('lease'), cores: Count })),
})
export type ChallengeTarget = Static<typeof ChallengeTarget>
