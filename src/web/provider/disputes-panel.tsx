import { DisputeTable } from '../disputes/dispute-table.tsx'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { PagedList } from '../ui/paged-list.tsx'
import { Panel } from '../ui/panel.tsx'

/** Bills of leases on own machines whose buyer counts less. */
export function DisputesPanel({ account }: { readonly account: string }) {
  const t = useText()
  const pages = usePages(['own', account, 'disputes', 'sold'], (page, signal) =>
    api().listDisputes({ query: { ...page, side: 'sell' }, signal }),
  )
  return (
    <Panel flush title={t.disputes.aboutNodes} note={t.disputes.aboutNodesNote}>
      <PagedList pages={pages}>
        <DisputeTable
          caption={t.disputes.aboutNodes}
          none={t.disputes.none.all}
          rows={pages.rows}
        />
      </PagedList>
    </Panel>
  )
}
