/**
 * The check of a machine's report (rule EVA-008): nothing of it is believed that can be worked out.
 * The core sees only what came out of it; who the key belongs to and what the bytes are is known here.
 */
import { REPORT_BYTES, type CommandOf, type EvaluationReport } from '../messages/index.ts'
import type { NodeView } from '../messages/index.ts'
import { checkReport, inventoryDigest, judge, usable } from '../models/index.ts'
import { parseReport, reportBytes, type SignedReport } from '../wire/index.ts'
import type { Caller } from './auth/caller.ts'
import type { ByteBody } from './handler.ts'
import { owns } from './inputs.ts'
import { storeBody } from './objects.ts'
import { refused } from './problem.ts'
import { readWhole } from './read-whole.ts'
import type { Services } from './services.ts'

/**
 * 1 read, 2 look whose machine it is, 3 check, 4 keep the bytes: what the core is then told.
 * Refuses with REPORT_UNVERIFIED, saying what does not hold, NOT_FOUND or OBJECT_TOO_LARGE.
 */
export async function takeReport(
  services: Services,
  caller: Caller,
  body: ByteBody,
): Promise<CommandOf<'ReportAssessment'>> {
  const file = await readWhole(body, REPORT_BYTES)
  const signed = parseReport(file)
  if (signed === null) throw unverified('form')
  const node = await nodeOf(services, caller, signed.report)
  await mustHold(services, caller, signed, node)
  const { digest } = await storeBody(services, node.account, one(file, body), {
    maxBytes: REPORT_BYTES,
    quotaBytes: null,
  })
  return assessmentOf(signed, node.node, digest)
}

async function nodeOf(
  { door }: Services,
  caller: Caller,
  { venue, node }: EvaluationReport,
): Promise<NodeView> {
  const status = await door.ask('status', {})
  if (venue !== status.venue) throw unverified('venue')
  const view = node === null ? null : await door.ask('node', { node })
  if (view === null) throw unverified('node')
  if (caller.key.node !== null && caller.key.node !== view.node) throw unverified('node')
  return view
}

async function mustHold(
  services: Services,
  caller: Caller,
  signed: SignedReport,
  node: NodeView,
): Promise<void> {
  const { report, signature } = signed
  if (!(await isOfKey(services, caller, report.publicKey, node))) throw unverified('key')
  const bytes = reportBytes(report)
  const signatureHolds = await services.signatures.isBy(report.publicKey, bytes, signature)
  const checks = checkReport(report, { signatureHolds, nowUs: services.nowUs() })
  const failed = checks.find(({ ok }) => !ok)
  if (failed !== undefined) throw unverified(failed.check)
  if (inventoryDigest(report) !== node.inventoryDigest) throw unverified('inventory')
}

/** Signed by the node's own daemon for its provider, or by the very key of an assessor. */
async function isOfKey(
  services: Services,
  caller: Caller,
  publicKey: string,
  node: NodeView,
): Promise<boolean> {
  if (await owns(services, caller, node.account)) return publicKey === node.publicKey
  const key = await services.keys.find(publicKey)
  const isLive = key !== null && key.credential === 'ed25519' && services.keys.isLive(key)
  return isLive && key.account === caller.key.account
}

/** Metrics that cannot be relied on are left out: they meet no minimum. */
function assessmentOf(
  { report, signature }: SignedReport,
  node: number,
  reportDigest: string,
): CommandOf<'ReportAssessment'> {
  const { dimensions, rated, reasons } = judge(report)
  const metrics = usable(report).map(([metric, { value, cvPpm, plusMinusPpm, runs }]) => {
    return { metric, value, lowPpm: plusMinusPpm, highPpm: plusMinusPpm, cvPpm, runs }
  })
  const { suite, referenceDigest, evidenceRoot, measuredAtUs, expiresAtUs } = report
  return {
    kind: 'ReportAssessment',
    node,
    suite,
    referenceDigest,
    metrics,
    dimensions: dimensions.map(({ dimension, points }) => ({ dimension, points })),
    rated,
    reasons,
    reportDigest,
    evidenceRoot,
    inventoryDigest: inventoryDigest(report),
    signature,
    measuredAtUs,
    expiresAtUs,
  }
}

function one(file: Uint8Array, { digest }: ByteBody): ByteBody {
  const chunks = (async function* () {
    yield file
  })()
  return { chunks, digest, length: file.length }
}

const unverified = (what: string): ReturnType<typeof refused> =>
  refused('REPORT_UNVERIFIED', { what })
