/** Catalog, capacity and evaluation commands; those that change supply refresh the offers. */
import { attestNode, commitCapacity, releaseCommitment, setNodeStatus } from '../capacity/rules.ts'
import {
  addHub,
  addSite,
  defineSku,
  listInstrument,
  registerNode,
  setInstrumentStatus,
  setReference,
} from '../catalog/rules.ts'
import { reportEvaluation, setGradeThresholds } from '../evaluation/rules.ts'
import type { CommandKind } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { Rule } from '../rule.ts'
import { settleSupply } from './supply.ts'
import type { Desks } from './world.ts'

export const catalogTable = {
  AddHub: addHub,
  AddSite: addSite,
  RegisterNode: registerNode,
  DefineSku: defineSku,
  SetReference: setReference,
  SetGradeThresholds: setGradeThresholds,
  ReportEvaluation: reportEvaluation,
}

/** The rule, and then new offers for the node that it names. */
function refreshing<C extends { readonly node: number }>(
  apply: (x: Desks, ctx: Context, command: C) => void,
): (x: Desks, ctx: Context, command: C) => void {
  return (x, ctx, command) => {
    apply(x, ctx, command)
    settleSupply(x, ctx, [command.node])
  }
}

type Kinds = Extract<
  CommandKind,
  | 'AttestNode'
  | 'SetNodeStatus'
  | 'CommitCapacity'
  | 'ReleaseCommitment'
  | 'ListInstrument'
  | 'SetInstrumentStatus'
>

export const supplyTable: { readonly [K in Kinds]: Rule<K, Desks> } = {
  AttestNode: { ...attestNode, apply: refreshing(attestNode.apply) },
  SetNodeStatus: { ...setNodeStatus, apply: refreshing(setNodeStatus.apply) },
  CommitCapacity: { ...commitCapacity, apply: refreshing(commitCapacity.apply) },
  ReleaseCommitment: {
    ...releaseCommitment,
    apply: (x, ctx, command) => {
      const node = x.capacity.commitment(command.commitment)?.node
      releaseCommitment.apply(x, ctx, command)
      if (node !== undefined) settleSupply(x, ctx, [node])
    },
  },
  // A newly listed instrument may be the one that standing offers were waiting for.
  ListInstrument: {
    ...listInstrument,
    apply: (x, ctx, command) => {
      listInstrument.apply(x, ctx, command)
      settleSupply(x, ctx, nodesInHub(x, command.hub))
    },
  },
  SetInstrumentStatus: {
    ...setInstrumentStatus,
    apply: (x, ctx, command) => {
      setInstrumentStatus.apply(x, ctx, command)
      const { hub } = x.catalog.mustInstrument(command.instrument)
      settleSupply(x, ctx, nodesInHub(x, hub))
    },
  },
}

function nodesInHub(x: Desks, hub: number): number[] {
  return x.catalog.nodes
    .rows()
    .filter((node) => node.hub === hub)
    .map((node) => node.node)
}
