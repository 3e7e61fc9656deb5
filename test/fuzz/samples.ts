/** Valid bytes of every codec that is kept on disk, from what the golden journals lead to. */
import { Exchange } from '../../src/exchange/index.ts'
import { decode, encode, fromHex, sha256Hex, type Codec } from '../../src/kernel/index.ts'
import {
  command,
  envelope,
  evaluationReport,
  eventRecord,
  fundedStatement,
  meterStatement,
  outcome,
  record,
  workloadSpec,
} from '../../src/messages/index.ts'
import { measured, signedReport } from '../support/report.ts'
import { goldenFiles, parse } from '../golden/journal.ts'

export interface Samples {
  readonly codec: Codec<unknown>
  readonly bytes: readonly Uint8Array[]
}

/** By the name of the codec. */
export function samples(): Readonly<Record<string, Samples>> {
  const all = { command, envelope, record, outcome, eventRecord } as const
  const bytes: Record<keyof typeof all, Uint8Array[]> = {
    command: [],
    envelope: [],
    record: [],
    outcome: [],
    eventRecord: [],
  }
  for (const text of goldenFiles().values()) {
    const exchange = new Exchange()
    for (const golden of parse(text).records) {
      const { seq, timeUs, account, key, id } = golden
      const sent = { account, key, id, command: decode(command, fromHex(golden.command)) }
      const done = exchange.execute({ seq, timeUs, envelope: sent })
      const resultHash = sha256Hex(encode(outcome, done)).slice(0, 16)
      const about = { account, key, command: id, commandKind: sent.command.kind, outcome: done }
      bytes.command.push(encode(command, sent.command))
      bytes.envelope.push(encode(envelope, sent))
      bytes.record.push(encode(record, { seq, timeUs, envelope: sent, resultHash }))
      bytes.outcome.push(encode(outcome, done))
      bytes.eventRecord.push(encode(eventRecord, { seq, timeUs, ...about }))
    }
  }
  const kept = Object.entries(all).map(([name, codec]) => [
    name,
    { codec: codec as Codec<unknown>, bytes: bytes[name as keyof typeof all] },
  ])
  return { ...Object.fromEntries(kept), ...statements() }
}

function statements(): Record<string, Samples> {
  const spec = {
    command: ['sh', '-c', 'echo 算力; exit 3'],
    environment: [{ name: 'LANG', value: 'C.UTF-8' }],
    image: 'docker.io/library/alpine:3',
    workingDirectory: null,
    inputs: [{ path: 'a/b', digest: 'ab'.repeat(32), sizeBytes: 12, mode: 0o644 }],
    outputPath: 'out',
  }
  const funded = { venue: 'test', node: 3, lease: 99, fundedSeconds: 3_600, seq: 12_345 }
  const readings = [{ lease: 9, coveredSeconds: 60, cpuUs: 59_000_000, memoryPeakMib: 64 }]
  const meter = { venue: 'test', node: 3, period: 7, previous: '00'.repeat(32), readings }
  const signer = { publicKey: '11'.repeat(32), sign: () => '22'.repeat(64) }
  const { report } = signedReport(signer, { ...measured(), venue: 'test', node: 3 })
  return {
    evaluationReport: {
      codec: evaluationReport as Codec<unknown>,
      bytes: [encode(evaluationReport, report)],
    },
    workloadSpec: { codec: workloadSpec as Codec<unknown>, bytes: [encode(workloadSpec, spec)] },
    fundedStatement: {
      codec: fundedStatement as Codec<unknown>,
      bytes: [encode(fundedStatement, funded)],
    },
    meterStatement: {
      codec: meterStatement as Codec<unknown>,
      bytes: [encode(meterStatement, meter)],
    },
  }
}
