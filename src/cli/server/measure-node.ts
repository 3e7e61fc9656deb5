/** The daemon measures its machine: at its start, and again by itself while the machine is idle. */
import { readdirSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  inspect,
  Refused,
  Remeasurer,
  runTool,
  usualOffering,
  type Driver,
  type ExchangeLink,
  type Identity,
  type Inspection,
  type NodeFacts,
  type ToolChoice,
} from '../../agent/index.ts'
import type { Client } from '../../client/index.ts'
import { parseTime, programUrl } from '../../kernel/index.ts'
import { idOf } from '../../wire/index.ts'
import { UsageError } from '../errors.ts'
import { makeReport } from '../evaluate/make-report.ts'
import { parseCount } from '../input/count.ts'
import type { Shell } from '../shell.ts'

const DAY_US = 86_400_000_000
const USUAL_DAYS = 60
/** With the quarter that machines are spread over, what is left of 90 days to find an idle moment. */
const MOST_DAYS = 70
const LIMIT_MS = 600_000

/** What a measurement is made with and told to. */
export interface Measuring {
  readonly provider: Client
  readonly link: ExchangeLink
  readonly url: string
  readonly facts: NodeFacts
  readonly identity: Identity
  readonly inspection: Inspection
  readonly folder: string
  readonly tools: ToolChoice
  readonly note: (what: string, facts?: Readonly<Record<string, string | number>>) => void
  /** tries until the exchange answers */
  readonly again: <T>(work: () => Promise<T>) => Promise<T>
}

/** Days between measurements: flag before SUAN_MEASURE_EVERY; 0 is never again. */
export function daysBetween(
  flag: string | undefined,
  env: NodeJS.ProcessEnv,
  { say }: Pick<Shell, 'say'>,
): number {
  const told = flag ?? env['SUAN_MEASURE_EVERY']
  const days = told === undefined ? USUAL_DAYS : parseCount(told, 0)
  if (days !== null && days <= MOST_DAYS) return days
  throw new UsageError(say('usage.measureEvery', { days: told ?? '', most: MOST_DAYS }))
}

/**
 * Measures when no rated report stands or it is a day old: a restart need not wait for it. A report
 * that the exchange does not take leaves the machine unrated, and it says why.
 */
export async function measureAtStart(measuring: Measuring, begins: () => void): Promise<void> {
  const { provider, link, facts, note, again } = measuring
  const { data: nodes } = await again(() => provider.listNodes())
  const last = nodes.find((node) => node.number === facts.node)?.evaluation ?? null
  const age = last === null ? Infinity : Date.now() * 1_000 - Date.parse(last.measured_at) * 1_000
  if (age < DAY_US) return
  begins()
  const { venue, node } = facts
  const file = await makeReport({ ...measuring, venue, node })
  const { rated, reasons } = file.report.judgement
  note('measured', { rated: String(rated), reasons: reasons.join(' '), digest: file.digest })
  try {
    await again(() => link.reportEvaluation(file.bytes))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    note('report refused', { code: error.code, ...error.facts })
  }
}

/** What the daemon is doing, and what it says of its isolation. */
export interface Busy {
  readonly leases: () => number
  /** load of each processor over the last minute */
  readonly load?: () => number
  readonly isolation: Driver['isolation']
}
const ownLoad = (): number => (loadavg()[0] ?? 0) / availableParallelism()

/** Measures again every `everyDays` and when there is a reason. Works on this very machine only. */
export function measureAgain(measuring: Measuring, busy: Busy, everyDays: number): Remeasurer {
  const { provider, link, facts, identity, folder, note } = measuring
  let attested = measuring.inspection.digest
  const remeasurer = new Remeasurer({
    rhythm: { everyDays, key: identity.publicKey },
    leases: busy.leases,
    load: busy.load ?? ownLoad,
    known: async () => {
      const params = { node_id: idOf('node', facts.node) }
      const { standing, retest, data } = await provider.listEvaluations({ params })
      const timeOf = (one?: { readonly measured_at: string } | null): number | null =>
        one ? parseTime(one.measured_at) : null
      return {
        standingUs: timeOf(standing),
        newestUs: timeOf(data[0]),
        ratedUs: timeOf(data.find(({ rated }) => rated)),
        retestUs: retest === null ? null : parseTime(retest.requested_at),
        isOther: (await inspect(folder)).digest !== attested,
      }
    },
    measure: async (why, signal) => {
      if (why === 'inventory') {
        const inspection = await inspect(folder)
        const { attested: resources, reserve } = usualOffering(inspection)
        const { digest: inventoryDigest } = inspection
        const { isolation } = busy
        await link.attest({ attested: resources, reserve, isolation, inventoryDigest })
        attested = inventoryDigest
      }
      note('measuring again', { why })
      note('measured again', await measureApart(measuring, signal))
    },
    failed: (error) => note('not measured again', { why: String(error) }),
    nowUs: () => Date.now() * 1_000,
  })
  if (everyDays > 0) remeasurer.start()
  return remeasurer
}

/**
 * In a process of its own, which can be ended at any moment: kernels would hold up the daemon, whose
 * leases and beats do not wait. It hands its report to the exchange itself.
 */
async function measureApart(
  { url, folder, tools }: Measuring,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string | number>>> {
  const main = fileURLToPath(programUrl('cli/main', import.meta.url))
  const env = {
    ...process.env,
    SUAN_URL: url,
    SUAN_TOOLS: tools.names.join(',') || 'none',
    ...(tools.iperf3 === null ? {} : { SUAN_IPERF3: tools.iperf3 }),
    ...(tools.gpuProbe === null ? {} : { SUAN_GPU_PROBE: tools.gpuProbe }),
  }
  const args = [main, 'evaluate', '--data', folder, '--submit', '--json']
  const { code, stdout, stderr } = await runTool({
    path: process.execPath,
    args,
    env,
    limitMs: LIMIT_MS,
    signal,
  })
  if (code === null) {
    clearScratch(folder)
    return { ended: signal.aborted ? 'a lease came' : 'it took too long' }
  }
  if (code !== 0) return { failed: stderr.trim().split('\n').at(-1) ?? '' }
  const { report } = JSON.parse(stdout) as {
    readonly report: { readonly judgement: { rated: boolean; reasons: string[] } }
  }
  const { rated, reasons } = report.judgement
  return { rated: String(rated), reasons: reasons.join(' ') }
}

/** What `suan evaluate` leaves when it is killed. */
function clearScratch(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith('suan-evaluate-'))) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}
