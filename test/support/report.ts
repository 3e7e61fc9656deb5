/** Reports of an imagined machine: idle, steady, and as fast as the reference machine. */
import { sha256Hex } from '../../src/kernel/index.ts'
import {
  REPORT_DAYS,
  SUITE,
  SUITE_DIGEST,
  SUITE_METRICS,
  type EvaluationReport,
  type Inventory,
} from '../../src/messages/index.ts'
import {
  REFERENCE_DIGEST,
  evidenceRoot,
  inventoryDigest,
  judge,
  referenceValues,
  type Measured,
} from '../../src/models/index.ts'
import { renderReport, reportBytes } from '../../src/wire/index.ts'

export const INVENTORY: Inventory = {
  format: 1,
  platform: 'linux',
  kernel: '6.1.0',
  architecture: 'x64',
  cpuModel: 'Imagined Processor',
  isaLevel: 'x86-64-v3',
  virtual: false,
  cores: 4,
  memoryMib: 8_192,
  diskMib: 65_536,
  gpus: [],
  engines: [],
  cgroupVersion: 2,
  cgroupWritable: true,
}
export const INVENTORY_DIGEST = inventoryDigest({ inventory: INVENTORY })

/** All metrics of the suite at `times` the reference, five equal runs each, nobody else at work. */
export function measured(times = 1): Measured {
  const metrics = Object.keys(SUITE_METRICS).map((metric) => {
    const { lowerIsBetter = false } = SUITE_METRICS[metric] ?? {}
    const reference = referenceValues().get(metric) ?? 1
    const value = Math.round(lowerIsBetter ? reference / times : reference * times)
    return { metric, runs: [value, value, value, value, value], shares: [] as number[] }
  })
  return {
    metrics,
    conditions: {
      loadPermille: 0,
      pressurePermille: 0,
      foreignPermille: 0,
      stealPermille: 0,
      lowestKhz: null,
      highestKhz: null,
      durationMs: 10_000,
    },
    power: { tier: 'P1', source: 'test' },
  }
}

interface Signer {
  readonly publicKey: string
  /** hex */
  readonly sign: (bytes: Uint8Array) => string
}

/** A report with its scores worked out, changed by `changes`, then signed: forged if one likes. */
export function signedReport(
  signer: Signer,
  about: Measured & {
    readonly venue: string | null
    readonly node: number | null
    readonly tools?: EvaluationReport['tools']
  },
  changes: Partial<EvaluationReport> = {},
): { report: EvaluationReport; bytes: Uint8Array; digest: string } {
  const measuredAtUs = Date.now() * 1_000
  const report: EvaluationReport = {
    format: 1,
    software: 'test',
    venue: about.venue,
    node: about.node,
    publicKey: signer.publicKey,
    inventory: INVENTORY,
    suite: SUITE,
    suiteDigest: SUITE_DIGEST,
    referenceDigest: REFERENCE_DIGEST,
    metrics: about.metrics,
    tools: about.tools ?? [],
    conditions: about.conditions,
    power: about.power,
    judgement: judge(about),
    evidenceRoot: evidenceRoot({ metrics: about.metrics, tools: about.tools ?? [] }),
    measuredAtUs,
    expiresAtUs: measuredAtUs + REPORT_DAYS * 86_400_000_000,
    ...changes,
  }
  const bytes = renderReport({ report, signature: signer.sign(reportBytes(report)) })
  return { report, bytes, digest: sha256Hex(bytes) }
}
