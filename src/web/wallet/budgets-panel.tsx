import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Budget } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { budgetsQuery } from '../state/queries.ts'
import { api, useScope } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { actionsColumn } from '../ui/actions-column.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { BudgetDialog } from './budget-dialog.tsx'

/** Hard caps on spending, with what is left of each. */
export function BudgetsPanel({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery(budgetsQuery(account))
  const mayChange = useScope('keys')
  const [setting, setSetting] = useState<Budget | 'new' | null>(null)
  const [removing, setRemoving] = useState<Budget | null>(null)
  const why = mayChange ? null : t.shell.noScope('keys')
  const money = (text: string) => format.money(text)
  return (
    <Panel
      flush
      title={t.wallet.budgets}
      note={t.wallet.budgetsNote}
      actions={
        <Button why={why} onClick={() => setSetting('new')}>
          {t.wallet.setBudget}
        </Button>
      }
    >
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          caption={t.wallet.budgets}
          rows={query.data.data}
          rowKey={(budget) => `${budget.scope} ${budget.subject_id} ${budget.period}`}
          empty={<Empty title={t.wallet.noBudgets} />}
          columns={[
            {
              head: t.wallet.scope,
              cell: (budget) => `${t.words.budgetScope[budget.scope]} ${budget.subject_id}`,
            },
            { head: t.wallet.period, cell: ({ period }) => t.words.budgetPeriod[period] },
            { head: t.wallet.limit, align: 'right', cell: ({ limit }) => money(limit) },
            { head: t.wallet.spent, align: 'right', wide: true, cell: (row) => money(row.spent) },
            {
              head: t.wallet.committed,
              align: 'right',
              wide: true,
              cell: (row) => money(row.committed),
            },
            { head: t.wallet.left, align: 'right', cell: ({ left }) => money(left) },
            actionsColumn<Budget>(t.shell.actions, [
              { label: t.wallet.change, onClick: setSetting },
              { label: t.wallet.remove, danger: true, onClick: setRemoving },
            ]),
          ]}
        />
      )}
      {setting !== null && (
        <BudgetDialog
          account={account}
          budget={setting === 'new' ? null : setting}
          onClose={() => setSetting(null)}
        />
      )}
      {removing !== null && <RemoveDialog budget={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  )
}

function RemoveDialog({
  budget,
  onClose,
}: {
  readonly budget: Budget
  readonly onClose: () => void
}) {
  const t = useText()
  const { scope, subject_id, period } = budget
  const remove = useAction(
    () => api().removeBudget({ query: { scope, subject_id, period } }),
    () => onClose(),
  )
  return (
    <ConfirmDialog
      title={t.wallet.removeTitle}
      text={t.wallet.removeText}
      confirm={t.wallet.remove}
      action={remove}
      onClose={onClose}
    />
  )
}
