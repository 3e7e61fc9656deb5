import { Button } from './button.tsx'
import type { Column } from './data-table.tsx'
import styles from './data-table.module.css'

interface RowAction<Row> {
  readonly label: string
  /** takes something away */
  readonly danger?: boolean
  readonly onClick: (row: Row) => void
}

/** The last column of a table: buttons for what can be done to each row. */
export function actionsColumn<Row>(head: string, actions: readonly RowAction<Row>[]): Column<Row> {
  return {
    head,
    quiet: true,
    align: 'right',
    cell: (row) => (
      <span className={styles['buttons']}>
        {actions.map(({ label, danger, onClick }) => (
          <Button
            key={label}
            small
            tone={danger === true ? 'danger' : 'plain'}
            onClick={() => onClick(row)}
          >
            {label}
          </Button>
        ))}
      </span>
    ),
  }
}
