import { moneyOf, type LedgerLine } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { afterWrites } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { DataTable } from '../ui/data-table.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'

/** Every posting of the account, newest first, with the rule that made it. */
export function LedgerPanel({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const pages = usePages(['own', account, 'ledger'], (page, signal) =>
    api().listLedger({ query: { ...page, ...afterWrites() }, signal }),
  )
  const side = (line: LedgerLine, isDebit: boolean) => {
    const micro = moneyOf(line.amount) ?? 0n
    if (micro > 0n !== isDebit) return ''
    return format.money(line.amount.replace('-', ''), { min: 6 }, line.currency)
  }
  return (
    <Panel flush title={t.wallet.ledger} note={t.wallet.ledgerNote}>
      <PagedList pages={pages}>
        <DataTable
          caption={t.wallet.ledger}
          rows={pages.rows}
          rowKey={(line) => `${line.seq} ${line.line}`}
          empty={<Empty title={t.wallet.noLedger} />}
          columns={[
            { head: t.wallet.time, cell: (line) => format.moment(line.at) },
            { head: t.wallet.seq, align: 'right', wide: true, cell: (line) => line.seq },
            { head: t.wallet.rule, wide: true, cell: (line) => <code>{line.rule}</code> },
            {
              head: t.wallet.account,
              cell: (line) => t.wallet.accountNames[line.account_name] ?? line.account_name,
            },
            { head: t.wallet.owner, wide: true, cell: (line) => line.owner_id },
            { head: t.wallet.debit, align: 'right', cell: (line) => side(line, true) },
            { head: t.wallet.credit, align: 'right', cell: (line) => side(line, false) },
          ]}
        />
      </PagedList>
    </Panel>
  )
}
