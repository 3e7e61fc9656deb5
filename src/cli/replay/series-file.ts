/** Recorded clusters as rows of a minute: how many units there are, how many are in use. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export interface RecordedMinute {
  readonly total: number
  readonly used: number
}

/** Columns of known records: Helios (cards of a virtual cluster) and Philly (machines). */
const COLUMNS = [
  { total: 'total_gpu_num', used: 'running_gpu_num' },
  { total: 'total', used: 'active' },
] as const

/** Rows of a file, which may be compressed; null when its columns are not known. */
export function readSeries(path: string): RecordedMinute[] | null {
  const bytes = readFileSync(path)
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b
  return parseSeries((isCompressed ? gunzipSync(bytes) : bytes).toString('utf8'))
}

/** The rows of a CSV text; lines without numbers are left out. Null when its columns are not known. */
export function parseSeries(csv: string): RecordedMinute[] | null {
  const [head = '', ...lines] = csv.split(/\r?\n/)
  const names = head.split(',')
  const known = COLUMNS.find(({ total, used }) => names.includes(total) && names.includes(used))
  if (known === undefined) return null
  const [totalAt, usedAt] = [names.indexOf(known.total), names.indexOf(known.used)]
  return lines.flatMap((line) => {
    const fields = line.split(',')
    const [total, used] = [Number(fields[totalAt] ?? ''), Number(fields[usedAt] ?? '')]
    const isRow = line !== '' && Number.isFinite(total) && Number.isFinite(used) && total > 0
    return isRow ? [{ total, used: Math.min(used, total) }] : []
  })
}

/** So many units shared among nodes: the first ones are filled before the next. */
export function fill(used: number, sizes: readonly number[]): number[] {
  let left = used
  return sizes.map((size) => {
    const here = Math.min(size, left)
    left -= here
    return here
  })
}

/** So many units as nodes of nearly equal size. */
export function split(total: number, nodes: number): number[] {
  const count = Math.min(nodes, total)
  return Array.from({ length: count }, (_, at) => Math.floor((total + at) / count))
}
