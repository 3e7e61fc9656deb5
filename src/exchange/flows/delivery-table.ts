/** Delivery commands: who may, and what follows. */
import { ownNode } from '../catalog/checks.ts'
import { closeAllocation } from '../delivery/close.ts'
import { checkMeters } from '../delivery/meters.ts'
import { reclaim } from '../delivery/reclaim.ts'
import {
  daemonOf,
  durationAhead,
  nonceMatches,
  notOpened,
  ownLiveWorkload,
  boughtAllocation,
  roomForWorkload,
  soldAllocation,
  startingLease,
  tunnelTarget,
  workloadStep,
} from '../delivery/rules.ts'
import {
  reportAbilities,
  resumeAllocation,
  suspendable,
  suspendAllocation,
} from '../delivery/suspensions.ts'
import { queueWorkload, requestStop } from '../delivery/workloads.ts'
import { refuse } from '../../messages/index.ts'
import type { Rule } from '../rule.ts'
import {
  reportContact,
  reportMeters,
  reportReady,
  reportStartFailure,
  reportStartProgress,
  reportWorkload,
  setDuration,
} from './delivery.ts'
import { askReplacement, replaceable, replaceLost } from './replace.ts'
import { retryStart } from './retry.ts'
import type { Desks } from './world.ts'

type Kinds =
  | 'StartWorkload'
  | 'StopWorkload'
  | 'CloseAllocation'
  | 'SetDuration'
  | 'AskReplacement'
  | 'SuspendAllocation'
  | 'ResumeAllocation'
  | 'ReportAbilities'
  | 'ReclaimAllocation'
  | 'ReportReady'
  | 'ReportStartProgress'
  | 'ReportStartFailure'
  | 'ReportWorkload'
  | 'ReportMeters'
  | 'ReportContact'
  | 'OpenTunnel'

export const deliveryTable: { readonly [K in Kinds]: Rule<K, Desks> } = {
  StartWorkload: {
    scope: 'deliver',
    checks: [boughtAllocation, roomForWorkload],
    apply: (x, ctx, command) => {
      queueWorkload(x, ctx, x.delivery.allocations.must(command.allocation), command)
    },
  },
  StopWorkload: {
    scope: 'deliver',
    checks: [ownLiveWorkload],
    apply: (x, ctx, { workload, graceSeconds }) =>
      requestStop(ctx, x.delivery.workloads.must(workload), graceSeconds),
  },
  CloseAllocation: {
    scope: 'deliver',
    checks: [boughtAllocation],
    apply: (x, ctx, { allocation }) => {
      closeAllocation(x, ctx, x.delivery.allocations.must(allocation), 'BUYER_CLOSED')
      x.delivery.replacements.delete(allocation)
    },
  },
  SetDuration: {
    scope: 'deliver',
    checks: [boughtAllocation, durationAhead],
    apply: setDuration,
  },
  AskReplacement: {
    scope: 'trade',
    checks: [boughtAllocation, replaceable],
    apply: askReplacement,
  },
  SuspendAllocation: {
    scope: 'deliver',
    checks: [boughtAllocation, suspendable],
    apply: (x, ctx, { allocation }) => suspendAllocation(x, ctx, allocation),
  },
  ResumeAllocation: {
    scope: 'deliver',
    checks: [boughtAllocation],
    apply: (x, ctx, { allocation }) => resumeAllocation(x, ctx, allocation),
  },
  ReportAbilities: {
    scope: 'provide',
    checks: [(x, actor, { node }) => ownNode(x.catalog, actor, node)],
    apply: reportAbilities,
  },
  ReclaimAllocation: {
    scope: 'provide',
    checks: [soldAllocation],
    apply: (x, ctx, { allocation, reason }) => {
      const row = x.delivery.allocations.must(allocation)
      reclaim(x, ctx, row, reason)
      if (!row.closed) return
      retryStart(x, ctx, row)
      replaceLost(x, ctx, row)
    },
  },
  ReportReady: {
    scope: 'provide',
    checks: [startingLease, notOpened, nonceMatches],
    apply: reportReady,
  },
  ReportStartProgress: {
    scope: 'provide',
    checks: [startingLease, notOpened],
    apply: reportStartProgress,
  },
  ReportStartFailure: { scope: 'provide', checks: [startingLease], apply: reportStartFailure },
  ReportWorkload: { scope: 'provide', checks: [workloadStep], apply: reportWorkload },
  ReportMeters: {
    scope: 'provide',
    checks: [(x, actor, command) => daemonOf(x, actor, command.node), checkMeters],
    apply: reportMeters,
  },
  ReportContact: {
    scope: 'system',
    checks: [
      (x, _actor, { node }) =>
        x.catalog.node(node) === undefined ? refuse('NOT_FOUND', { what: 'node', id: node }) : null,
    ],
    apply: reportContact,
  },
  OpenTunnel: {
    scope: 'deliver',
    checks: [ownLiveWorkload, tunnelTarget],
    apply: (x, ctx, command) => {
      const { node } = x.delivery.workloads.must(command.workload)
      ctx.emit({ ...command, kind: 'TunnelOpened', node })
    },
  },
}
