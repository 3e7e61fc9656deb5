/** Comma-separated values with quotes (RFC 4180), with the line that each row begins in. */

export interface CsvRow {
  /** the first line of the file is 1 */
  readonly line: number
  readonly cells: readonly string[]
}

/** All rows; null when a quote is never closed. Empty lines are left out. */
export function readCsv(text: string): { rows: readonly CsvRow[]; openQuoteAt: number | null } {
  const rows: CsvRow[] = []
  let [cells, cell, line, from, isQuoted] = [[] as string[], '', 1, 1, false]
  const endRow = (): void => {
    if (cells.length > 0 || cell !== '') rows.push({ line: from, cells: [...cells, cell] })
    cells = []
    cell = ''
  }
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '\n') line++
    if (isQuoted) {
      if (char !== '"') cell += char
      else if (text[at + 1] === '"') cell += text.charAt(++at)
      else isQuoted = false
    } else if (char === '"' && cell === '') {
      isQuoted = true
    } else if (char === ',') {
      cells.push(cell)
      cell = ''
    } else if (char === '\n') {
      endRow()
      from = line
    } else if (char !== '\r') {
      cell += char
    }
  }
  endRow()
  return { rows, openQuoteAt: isQuoted ? from : null }
}
