import type { ExportedRecord } from '../../src/engine/index.ts'
import { NO_COMMAND_ID } from '../../src/messages/index.ts'
import type { AckList } from './acks.ts'

/** Kinds that only the clients of the test send. */
const OURS = [
  'PlaceOrder',
  'AmendOrder',
  'CancelOrder',
  'StartWorkload',
  'StopWorkload',
  'CloseAllocation',
]

/** Compares what was acknowledged with what `suan journal export` prints. Empty when all is well. */
export function journalFaults(list: AckList, records: readonly ExportedRecord[]): string[] {
  const { acks, sent } = list.read()
  const faults: string[] = []
  const seqs = new Map<string, number[]>()
  for (const [index, { seq, id }] of records.entries()) {
    if (seq !== index + 1) faults.push(`record ${seq} stands at ${index + 1}`)
    if (id !== NO_COMMAND_ID) seqs.set(id, [...(seqs.get(id) ?? []), seq])
  }
  for (const { id, seq, kind } of acks) {
    const found = seqs.get(id) ?? []
    if (found.length === 1 && found[0] === seq) continue
    faults.push(
      `${kind} ${id} was acknowledged as ${seq}, the journal has ${JSON.stringify(found)}`,
    )
  }
  for (const [id, found] of seqs) {
    if (found.length > 1) faults.push(`${id} stands in the journal at ${found.join(', ')}`)
  }
  for (const { id, seq, command } of records) {
    const { kind } = command as { kind: string }
    if (OURS.includes(kind) && !sent.has(id)) faults.push(`nobody sent ${kind} ${id} (${seq})`)
  }
  return faults
}

/** The lines of `suan journal export`. */
export function parseExport(text: string): ExportedRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExportedRecord)
}
