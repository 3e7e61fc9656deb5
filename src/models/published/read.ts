/** Reads a file of public results whole or not at all: one bad row and nothing of it is taken. */
import { readCsv, type CsvRow } from './csv.ts'
import {
  FORMATS,
  columnsOf,
  publishedFormat,
  type FormatSpec,
  type PublishedFormat,
} from './formats.ts'

export interface PublishedFigure {
  readonly figure: string
  /** decimal digits as the file has them */
  readonly value: string
  readonly unit: string
}
export interface PublishedRow {
  readonly line: number
  /** as the file has it */
  readonly model: string
  readonly detail: string
  readonly figures: readonly PublishedFigure[]
}

/**
 * HEADER: not the columns of a known format. QUOTE: one is never closed. COLUMNS: a row has more or
 * fewer than the header. MODEL: the row names none. NUMBER: not a plain decimal number. EMPTY: no row.
 * TOO_MANY: more rows than are taken.
 */
export type RowFaultCode =
  | 'HEADER'
  | 'QUOTE'
  | 'COLUMNS'
  | 'MODEL'
  | 'NUMBER'
  | 'EMPTY'
  | 'TOO_MANY'
export interface RowFault {
  readonly line: number
  /** null is the whole row */
  readonly column: string | null
  readonly code: RowFaultCode
  /** what stands there */
  readonly value: string
}
export type PublishedFile =
  | {
      readonly format: PublishedFormat
      readonly rows: readonly PublishedRow[]
      readonly faults: null
    }
  | { readonly faults: readonly RowFault[] }

const PUBLISHED_ROWS = 50_000
const NUMBER = /^-?\d{1,15}(\.\d{1,9})?$/
/** what files write where nothing is known */
const NOTHING = /^(|-|NA|N\/A)$/i
const MODEL_CHARS = 160

/** The format is known by the header; faults name lines as an editor counts them. */
export function readPublished(text: string): PublishedFile {
  const { rows, openQuoteAt } = readCsv(text.replace(/^\uFEFF/, ''))
  const [head, ...body] = rows
  const fail = (code: RowFaultCode, line = 1, value = ''): PublishedFile => ({
    faults: [{ line, column: null, code, value }],
  })
  if (openQuoteAt !== null) return fail('QUOTE', openQuoteAt)
  const format = publishedFormat.values.find((one) => hasAll(head?.cells ?? [], FORMATS[one]))
  if (format === undefined || head === undefined) return fail('HEADER')
  if (body.length === 0) return fail('EMPTY')
  if (body.length > PUBLISHED_ROWS) return fail('TOO_MANY', 1, String(body.length))
  const faults: RowFault[] = []
  const read = body.map((row) => readRow(row, head.cells, FORMATS[format], faults))
  return faults.length > 0 ? { faults } : { format, rows: read, faults: null }
}

function hasAll(head: readonly string[], spec: FormatSpec): boolean {
  return columnsOf(spec).every((column) => head.includes(column))
}

function readRow(
  { line, cells }: CsvRow,
  head: readonly string[],
  spec: FormatSpec,
  faults: RowFault[],
): PublishedRow {
  const fault = (code: RowFaultCode, column: string | null, value: string): void =>
    void faults.push({ line, column, code, value })
  const of = (column: string): string => (cells[head.indexOf(column)] ?? '').trim()
  const model = of(spec.model)
  const empty = { line, model, detail: '', figures: [] }
  if (cells.length !== head.length) {
    fault('COLUMNS', null, `${cells.length} of ${head.length}`)
    return empty
  }
  if (model === '' || model.length > MODEL_CHARS) fault('MODEL', spec.model, model)
  const figures = spec.figures.flatMap(({ figure, column, unit, optional }) => {
    const value = of(column)
    if (NUMBER.test(value)) return [{ figure, value, unit }]
    if (optional !== true || !NOTHING.test(value)) fault('NUMBER', column, value)
    return []
  })
  const detail = spec.detail
    .map(of)
    .filter((part) => !NOTHING.test(part))
    .join(', ')
  return { line, model, detail, figures }
}
