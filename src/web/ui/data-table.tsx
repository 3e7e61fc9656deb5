import type { ReactNode } from 'react'
import styles from './data-table.module.css'

export interface Column<Row> {
  readonly head: string
  /** right: numbers */
  readonly align?: 'right'
  /** leave the heading to screen readers, for columns of buttons */
  readonly quiet?: boolean
  /** hidden on narrow screens */
  readonly wide?: boolean
  readonly cell: (row: Row) => ReactNode
}
interface Props<Row> {
  /** what the table holds, for screen readers */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  /** said instead of an empty table */
  readonly empty: ReactNode
}

/** Rows under headings; scrolls sideways by itself when it has to. */
export function DataTable<Row>({ caption, columns, rows, rowKey, empty }: Props<Row>) {
  if (rows.length === 0) return <div className={styles['empty']}>{empty}</div>
  return (
    <div className={styles['scroll']} role="region" aria-label={caption} tabIndex={0}>
      <table className={styles['table']}>
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" className={classOf(column)}>
                <span className={column.quiet ? 'hidden' : undefined}>{column.head}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-row={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.head} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function classOf<Row>(column: Column<Row>): string {
  return [
    column.align === 'right' ? styles['right'] : '',
    column.wide === true ? styles['wide'] : '',
    column.quiet === true ? styles['quiet'] : '',
  ].join(' ')
}
