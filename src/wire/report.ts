/**
 * An evaluation report as a file: JSON with `report` and the daemon's `signature` over the report's
 * canonical bytes. There is one way to write it, so every changed byte of a file is found.
 */
import { encode, utf8Decode, utf8Encode } from '../kernel/index.ts'
import { evaluationReport, type EvaluationReport } from '../messages/index.ts'

export interface SignedReport {
  readonly report: EvaluationReport
  /** Ed25519 by `report.publicKey` over reportBytes(report), hex */
  readonly signature: string
}

/** What the signature covers. */
export function reportBytes(report: EvaluationReport): Uint8Array {
  return encode(evaluationReport, report)
}

/** The bytes of the file; their sha256 is the report's digest. */
export function renderReport({ report, signature }: SignedReport): Uint8Array {
  const text = JSON.stringify(renamed({ report, signature }, toSnake), null, 2)
  return utf8Encode(`${text}\n`)
}

/** Reads a file of renderReport; null for anything else, to the last byte. */
export function parseReport(file: Uint8Array): SignedReport | null {
  try {
    const { report, signature } = renamed(JSON.parse(utf8Decode(file)), toCamel) as SignedReport
    // Encoding checks every field; what it does not know is missing from the rendered file.
    reportBytes(report)
    if (!/^[0-9a-f]{128}$/.test(signature)) return null
    const again = renderReport({ report, signature })
    return again.length === file.length && again.every((byte, at) => byte === file[at])
      ? { report, signature }
      : null
  } catch {
    return null
  }
}

type Rename = (name: string) => string
const toSnake: Rename = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const toCamel: Rename = (name) =>
  name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())

function renamed(value: unknown, rename: Rename): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, rename))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [rename(name), renamed(one, rename)]),
  )
}
