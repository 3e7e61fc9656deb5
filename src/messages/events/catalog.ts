/** Events of the catalog, capacity and evaluation desks. */
import { bool, nullable, struct, text, u32, u53 } from '../../kernel/index.ts'
import {
  capacityCommands as p,
  catalogCommands as c,
  evaluationCommands as e,
} from '../commands/catalog.ts'
import { grade, nodeStatus } from '../vocabulary.ts'

export const catalogEvents = {
  HubAdded: struct({ hub: u32, ...c.AddHub.fields }),
  SiteAdded: struct({ site: u32, account: u32, ...c.AddSite.fields }),
  NodeRegistered: struct({ node: u32, account: u32, ...c.RegisterNode.fields }),
  SkuDefined: struct({ sku: u32, ...c.DefineSku.fields }),
  InstrumentListed: struct({ instrument: u32, ...c.ListInstrument.fields }),
  InstrumentStatusSet: struct(c.SetInstrumentStatus.fields),
  ReferenceSet: struct(c.SetReference.fields),
  NodeAttested: struct(p.AttestNode.fields),
  NodeStatusSet: struct({ node: u32, status: nodeStatus, reason: text(128) }),
  CapacityCommitted: struct({ commitment: u53, ...p.CommitCapacity.fields }),
  CommitmentReleased: struct({ commitment: u53 }),
  GradeThresholdsSet: struct(e.SetGradeThresholds.fields),
  NodeEvaluated: struct(e.ReportEvaluation.fields),
  /** `account` reported; `independent` is an assessor who is not the node's own provider. */
  NodeAssessed: struct({ account: u32, independent: bool, ...e.ReportAssessment.fields }),
  RetestRequested: struct({ account: u32, ...e.RequestRetest.fields }),
  /** What part of a standard hour of the SKU an hour of this node is, ppm; null when none is known. */
  NodeFactorSet: struct({ node: u32, sku: u32, factorPpm: nullable(u32) }),
  /** What the node may be sold as for one SKU from now on. */
  NodeGraded: struct({ node: u32, sku: u32, grade }),
}
