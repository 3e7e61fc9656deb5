/** Catalog and capacity commands that change supply: the offers follow in the same command. */
import { capacityRules } from '../capacity/rules.ts'
import { catalogRules } from '../catalog/rules.ts'
import type { Context } from '../context.ts'
import type { Rule } from '../rule.ts'
import { endOtherMachine } from '../evaluation/assess.ts'
import { inSteps, settleSupply } from './supply.ts'
import type { Desks } from './world.ts'

const { AttestNode, SetNodeStatus, CommitCapacity, ReleaseCommitment } = capacityRules
const { ListInstrument, SetInstrumentStatus, SetReference } = catalogRules

type Kinds =
  | 'AttestNode'
  | 'SetNodeStatus'
  | 'CommitCapacity'
  | 'ReleaseCommitment'
  | 'ListInstrument'
  | 'SetInstrumentStatus'
  | 'SetReference'

export const supplyTable: { readonly [K in Kinds]: Rule<K, Desks> } = {
  AttestNode: {
    ...AttestNode,
    apply: refreshing((x, ctx, command) => {
      AttestNode.apply(x, ctx, command)
      endOtherMachine(x, ctx, command.node, command.inventoryDigest)
    }),
  },
  SetNodeStatus: { ...SetNodeStatus, apply: refreshing(SetNodeStatus.apply) },
  CommitCapacity: { ...CommitCapacity, apply: refreshing(CommitCapacity.apply) },
  ReleaseCommitment: {
    ...ReleaseCommitment,
    apply: (x, ctx, command) => {
      const node = x.capacity.commitment(command.commitment)?.node
      ReleaseCommitment.apply(x, ctx, command)
      if (node !== undefined) settleSupply(x, ctx, [node])
    },
  },
  // A newly listed instrument may be the one that standing offers were waiting for.
  ListInstrument: {
    ...ListInstrument,
    apply: (x, ctx, command) => {
      ListInstrument.apply(x, ctx, command)
      const nodes = x.catalog.nodes.rows().filter((node) => node.hub === command.hub)
      settleSupply(
        x,
        ctx,
        nodes.map((node) => node.node),
      )
    },
  },
  SetInstrumentStatus: {
    ...SetInstrumentStatus,
    apply: (x, ctx, command) => {
      SetInstrumentStatus.apply(x, ctx, command)
      const { instrument, status } = command
      const nodes = [...x.trading.nodesOffering(instrument), ...x.trading.nodesSelling(instrument)]
      if (status === 'delisted') inSteps(x, ctx, 'delist', [instrument])
      settleSupply(x, ctx, nodes)
    },
  },
  // Offers that were outside the band may be inside now.
  SetReference: {
    ...SetReference,
    apply: (x, ctx, command) => {
      SetReference.apply(x, ctx, command)
      settleSupply(x, ctx, x.trading.nodesOffering(command.instrument, 'PRICE_BAND'))
    },
  },
}

/** The effect, and then new offers for the node that it names. */
function refreshing<C extends { readonly node: number }>(
  apply: (x: Desks, ctx: Context, command: C) => void,
): (x: Desks, ctx: Context, command: C) => void {
  return (x, ctx, command) => {
    apply(x, ctx, command)
    settleSupply(x, ctx, [command.node])
  }
}
