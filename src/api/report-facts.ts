/** A kept report with everything that follows from it, worked out from its bytes again. */
import {
  REPORT_BYTES,
  type AssessmentRow,
  type EvaluationReport,
  type NodeView,
} from '../messages/index.ts'
import { checkReport, metricRows } from '../models/index.ts'
import {
  idOf,
  parseReport,
  reportBytes,
  toAssessedReport,
  toClass,
  toHub,
  type ReportFacts,
  type SignedReport,
} from '../wire/index.ts'
import { readObject } from './objects.ts'
import { refused } from './problem.ts'
import type { Services } from './services.ts'

/** The report of a digest. Refuses with NOT_FOUND when none was verified, or its file is gone. */
export async function reportFacts(services: Services, digest: string): Promise<ReportFacts> {
  const { door, readModels } = services
  const row = await readModels.assessment({ digest })
  const node = row === null ? null : await door.ask('node', { node: row.node })
  const signed = node === null ? null : await storedReport(services, node.account, digest)
  if (row === null || node === null || signed === null) {
    throw refused('NOT_FOUND', { what: 'evaluation', id: digest })
  }
  const assessment = await door.ask('assessment', { node: node.node })
  return {
    ...(await placeOf(services, node)),
    ...scoresOf(signed.report),
    ...toAssessedReport(row),
    ...evidenceOf(signed),
    dimensions: signed.report.judgement.dimensions.map(({ plusMinusPpm, unrated, ...one }) => ({
      ...one,
      plus_minus_ppm: plusMinusPpm,
      unrated: [...unrated],
    })),
    standing: isStanding(services, row, assessment?.standing?.reportDigest),
    classes: (assessment?.classes ?? []).map(toClass),
    checks: await checksOf(services, signed),
  }
}

/** A report of the object store as it was signed; null when it is not there or is no report. */
export async function storedReport(
  services: Services,
  subject: number,
  digest: string,
): Promise<SignedReport | null> {
  const bytes = await readObject(services, subject, digest, REPORT_BYTES)
  return bytes === null ? null : parseReport(bytes)
}

async function placeOf({ door, catalog }: Services, view: NodeView) {
  const [sites, { hubs }] = await Promise.all([door.ask('sites', {}), catalog.goods()])
  const hub = hubs.get(view.hub) ?? { hub: view.hub, code: '', name: { en: '', zh: '' } }
  return {
    node_id: idOf('node', view.node),
    node_handle: view.handle,
    site_id: idOf('site', view.site),
    site_handle: sites.find(({ site }) => site === view.site)?.handle ?? '',
    hub: toHub(hub),
  }
}

function isStanding({ nowUs }: Services, row: AssessmentRow, standing: string | undefined) {
  return row.reportDigest === standing && row.expiresAtUs > nowUs()
}

function scoresOf(report: EvaluationReport) {
  const { inventory, conditions, judgement } = report
  return {
    profiles: judgement.profiles.map((one) => ({ ...one, missing: [...one.missing] })),
    metrics: metricRows(report).map((row) => ({
      metric: row.metric,
      unit: row.unit,
      lower_is_better: row.lowerIsBetter,
      dimensions: [...row.dimensions],
      value: row.value,
      plus_minus_ppm: row.plusMinusPpm,
      cv_ppm: row.cvPpm,
      runs: row.runs,
      reference: row.reference,
      points: row.points,
      fault: row.fault,
    })),
    tools: report.tools.map(({ metrics: _metrics, ...tool }) => tool),
    nominal: {
      platform: inventory.platform,
      architecture: inventory.architecture,
      cpu_model: inventory.cpuModel,
      isa_level: inventory.isaLevel,
      virtual: inventory.virtual,
      cores: inventory.cores,
      memory_mib: inventory.memoryMib,
      disk_mib: inventory.diskMib,
      gpus: inventory.gpus.map(({ name, memoryMib }) => ({ name, memory_mib: memoryMib })),
    },
    conditions: {
      load_permille: conditions.loadPermille,
      pressure_permille: conditions.pressurePermille,
      foreign_permille: conditions.foreignPermille,
      steal_permille: conditions.stealPermille,
      lowest_khz: conditions.lowestKhz,
      highest_khz: conditions.highestKhz,
      duration_ms: conditions.durationMs,
    },
    power: { ...report.power },
  }
}

function evidenceOf({ report, signature }: SignedReport) {
  return {
    software: report.software,
    suite_digest: report.suiteDigest,
    evidence_root: report.evidenceRoot,
    public_key: report.publicKey,
    signature,
  }
}

async function checksOf({ signatures, nowUs }: Services, { report, signature }: SignedReport) {
  const signatureHolds = await signatures.isBy(report.publicKey, reportBytes(report), signature)
  return [...checkReport(report, { signatureHolds, nowUs: nowUs() })]
}
