/**
 * What the simulator can reach, and what it cannot yet and why. A run of many seeds must meet each
 * name of REACHABLE; whoever makes more of it reachable takes its reason away.
 */
import { CODES, type Code, type CommandKind } from '../../src/messages/index.ts'

const AT_THE_DOOR = 'given by the HTTP and WebSocket door, which is not part of the simulation'
const OF_READ_MODELS = 'for who asks the read models, which only the auditor does here'

/** Every command has a sender: kept as a table so that a new one must be thought of. */
const COMMANDS: Record<CommandKind, null> = {
  Genesis: null,
  Tick: null,
  ResumeAfterGap: null,
  ReleaseQuarantine: null,
  HoldTimer: null,
  ReleaseTimer: null,
  OpenMember: null,
  OpenAccount: null,
  SetOwnerGroup: null,
  AddUser: null,
  SetVerifier: null,
  IssueKey: null,
  RevokeKey: null,
  Propose: null,
  Approve: null,
  ActivateRules: null,
  Deposit: null,
  Transfer: null,
  RequestWithdrawal: null,
  SettleWithdrawal: null,
  SetBudget: null,
  PostCorrection: null,
  AddHub: null,
  AddSite: null,
  RegisterNode: null,
  DefineSku: null,
  ListInstrument: null,
  SetInstrumentStatus: null,
  SetReference: null,
  AttestNode: null,
  SetNodeStatus: null,
  CommitCapacity: null,
  ReleaseCommitment: null,
  SetGradeThresholds: null,
  ReportEvaluation: null,
  ReportAssessment: null,
  RequestRetest: null,
  PlaceOrder: null,
  AmendOrder: null,
  CancelOrder: null,
  CancelAll: null,
  SetOffer: null,
  WithdrawOffer: null,
  CancelAfter: null,
  StartWorkload: null,
  StopWorkload: null,
  CloseAllocation: null,
  SetDuration: null,
  AskReplacement: null,
  ReclaimAllocation: null,
  ReportReady: null,
  ReportStartProgress: null,
  ReportStartFailure: null,
  ReportWorkload: null,
  ReportMeters: null,
  ReportContact: null,
  OpenTunnel: null,
}

/** Codes that nobody in the simulation can be given, and why. */
const CODES_LEFT_OUT: Partial<Record<Code, string>> = {
  MALFORMED: AT_THE_DOOR,
  STATUS_UNKNOWN: AT_THE_DOOR,
  SIGNATURE_INVALID: AT_THE_DOOR,
  SANDBOX_ONLY: AT_THE_DOOR,
  INTERNAL: AT_THE_DOOR,
  SHUTTING_DOWN: 'a clean stop is over before the next message arrives',
  STANDBY: AT_THE_DOOR,
  TUNNEL_UNAVAILABLE: AT_THE_DOOR,
  OBJECT_DIGEST: AT_THE_DOOR,
  OBJECT_DAMAGED: 'the simulated disk changes no byte that was synced',
  READ_LAG: OF_READ_MODELS,
  REBUILDING: OF_READ_MODELS,
}

const FAULTS = [
  'agent-lies-about-readiness',
  'agent-lies-ahead',
  'agent-lies-chain',
  'agent-lies-decreased',
  'agent-lies-early-final',
  'agent-lies-flood',
  'agent-lies-foreign',
  'agent-lies-twice',
  'clock-back',
  'clock-far-forward',
  'clock-forward',
  'disk-error',
  'disk-full',
  'disk-hang',
  'disk-slow',
  'disk-sync-error',
  'gap-of-half-hour',
  'gap-of-hours',
  'gap-of-minute',
  'message-delayed',
  'message-dropped',
  'message-duplicated',
  'message-partitioned',
  'message-reordered',
  'operator-needed',
  'partition',
  'program-wrong',
  'reader-fell-behind',
  'read-models-broken',
  'read-models-lost',
]

/** Files of the engine and what it does with them; a process dies before or after each. */
const CRASH_POINTS = [
  'alarm',
  'request',
  'reply',
  'question',
  'answer',
  ...around('data', ['folder', 'open', 'sync']),
  ...around('journal', ['folder', 'open', 'write', 'sync', 'link', 'rename', 'remove']),
  ...around('events', ['folder', 'open', 'write', 'sync', 'truncate']),
  ...around('snapshots', ['folder', 'open', 'write', 'sync', 'rename', 'remove']),
  ...around('quarantine', ['open', 'write', 'sync', 'rename']),
  ...around('clean', ['open', 'write', 'sync', 'rename', 'remove']),
  ...around('alive', ['write']),
  ...around('projections', ['folder', 'open', 'write', 'sync', 'link', 'rename', 'remove']),
  ...around('objects', ['folder', 'open', 'write', 'sync', 'link', 'rename', 'remove']),
  ...[
    'journal',
    'events',
    'snapshots',
    'quarantine',
    'clean',
    'alive',
    'objects',
    'projections',
  ].map((area) => `${area}.read.before`),
]

function around(area: string, operations: readonly string[]): string[] {
  return operations.flatMap((each) => [`${area}.${each}.before`, `${area}.${each}.after`])
}

export const REACHABLE = {
  commands: Object.keys(COMMANDS),
  codes: Object.keys(CODES).filter((code) => !(code in CODES_LEFT_OUT)),
  faults: FAULTS,
  crashPoints: CRASH_POINTS,
}
