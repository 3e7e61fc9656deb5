/** Every command, with its number on disk. Numbers are for ever; a changed shape gets a new number. */
import { variant, type Infer } from '../kernel/index.ts'
import {
  catalogCommands as c,
  capacityCommands as p,
  evaluationCommands as e,
} from './commands/catalog.ts'
import { challengeCommands as h } from './commands/challenge.ts'
import { deliveryCommands as d } from './commands/delivery.ts'
import { disputeCommands as i } from './commands/disputes.ts'
import { engineCommands as n } from './commands/engine.ts'
import { ledgerCommands as l } from './commands/ledger.ts'
import { memberCommands as m } from './commands/members.ts'
import { slaCommands as s } from './commands/sla.ts'
import { tradingCommands as t } from './commands/trading.ts'

export const command = variant({
  Genesis: [1, n.Genesis],
  Tick: [2, n.Tick],
  ResumeAfterGap: [3, n.ResumeAfterGap],
  ReleaseQuarantine: [4, n.ReleaseQuarantine],
  HoldTimer: [5, n.HoldTimer],
  ReleaseTimer: [6, n.ReleaseTimer],

  OpenMember: [20, m.OpenMember],
  OpenAccount: [21, m.OpenAccount],
  SetOwnerGroup: [22, m.SetOwnerGroup],
  AddUser: [23, m.AddUser],
  SetVerifier: [24, m.SetVerifier],
  IssueKey: [25, m.IssueKey],
  RevokeKey: [26, m.RevokeKey],
  Propose: [27, m.Propose],
  Approve: [28, m.Approve],
  ActivateRules: [29, m.ActivateRules],

  Deposit: [40, l.Deposit],
  Transfer: [41, l.Transfer],
  RequestWithdrawal: [42, l.RequestWithdrawal],
  SettleWithdrawal: [43, l.SettleWithdrawal],
  SetBudget: [44, l.SetBudget],
  PostCorrection: [45, l.PostCorrection],

  AddHub: [60, c.AddHub],
  AddSite: [61, c.AddSite],
  RegisterNode: [62, c.RegisterNode],
  DefineSku: [63, c.DefineSku],
  ListInstrument: [64, c.ListInstrument],
  SetInstrumentStatus: [65, c.SetInstrumentStatus],
  SetReference: [66, c.SetReference],
  SetSla: [67, s.SetSla],
  AttachSla: [68, s.AttachSla],

  AttestNode: [80, p.AttestNode],
  SetNodeStatus: [81, p.SetNodeStatus],
  CommitCapacity: [82, p.CommitCapacity],
  ReleaseCommitment: [83, p.ReleaseCommitment],
  ClaimDevices: [84, h.ClaimDevices],
  AnnounceMaintenance: [85, s.AnnounceMaintenance],

  SetGradeThresholds: [90, e.SetGradeThresholds],
  ReportEvaluation: [91, e.ReportEvaluation],
  ReportAssessment: [92, e.ReportAssessment],
  RequestRetest: [93, e.RequestRetest],
  OpenChallenge: [94, h.OpenChallenge],
  CommitChallenge: [95, h.CommitChallenge],
  DrawChallenge: [96, h.DrawChallenge],
  AnswerChallenge: [97, h.AnswerChallenge],
  JudgeChallenge: [98, h.JudgeChallenge],
  OpenAudit: [99, h.OpenAudit],

  PlaceOrder: [100, t.PlaceOrder],
  AmendOrder: [101, t.AmendOrder],
  CancelOrder: [102, t.CancelOrder],
  CancelAll: [103, t.CancelAll],
  SetOffer: [104, t.SetOffer],
  WithdrawOffer: [105, t.WithdrawOffer],
  CancelAfter: [106, t.CancelAfter],

  StartWorkload: [120, d.StartWorkload],
  StopWorkload: [121, d.StopWorkload],
  CloseAllocation: [122, d.CloseAllocation],
  SetDuration: [123, d.SetDuration],
  ReclaimAllocation: [124, d.ReclaimAllocation],
  ReportReady: [125, d.ReportReady],
  ReportStartProgress: [126, d.ReportStartProgress],
  ReportStartFailure: [127, d.ReportStartFailure],
  ReportWorkload: [128, d.ReportWorkload],
  ReportMeters: [129, d.ReportMeters],
  ReportContact: [130, d.ReportContact],
  ReportMinutes: [132, s.ReportMinutes],
  ReportBuyerMeter: [133, i.ReportBuyerMeter],
  ResolveDispute: [134, i.ResolveDispute],
  SuspendAllocation: [135, d.SuspendAllocation],
  ResumeAllocation: [136, d.ResumeAllocation],
  ReportAbilities: [139, d.ReportAbilities],

  AskReplacement: [138, d.AskReplacement],
  OpenTunnel: [137, d.OpenTunnel],
})
export type Command = Infer<typeof command>
export type CommandKind = Command['kind']
export type CommandOf<K extends CommandKind> = Extract<Command, { kind: K }>
