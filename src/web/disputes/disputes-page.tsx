import { useState } from 'react'
import { SignedInOnly } from '../app/signed-in.tsx'
import { useText } from '../i18n/use-text.ts'
import { api, useScope } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { Page } from '../ui/page.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { DisputeTable } from './dispute-table.tsx'

const FILTERS = ['open', 'decided', 'all'] as const
type Filter = (typeof FILTERS)[number]

/** Disputes of the chosen account; those of the whole exchange for its operator. */
export function DisputesPage() {
  const t = useText()
  const isOperator = useScope('admin')
  return (
    <Page title={t.disputes.title} lead={isOperator ? t.disputes.leadAll : t.disputes.lead}>
      <SignedInOnly>
        {(account) => <List key={account} account={account} all={isOperator} />}
      </SignedInOnly>
    </Page>
  )
}

function List({ account, all }: { readonly account: string; readonly all: boolean }) {
  const t = useText()
  const [filter, setFilter] = useState<Filter>('open')
  const pages = usePages(['own', account, 'disputes', 'list', filter, all], (page, signal) => {
    const state = filter === 'all' ? {} : { open: filter === 'open' }
    return api().listDisputes({ query: { ...page, ...state, ...(all ? { all } : {}) }, signal })
  })
  return (
    <Panel
      flush
      title={t.disputes.title}
      actions={
        <Segmented
          label={t.disputes.filter}
          value={filter}
          options={FILTERS.map((value) => ({ value, label: t.disputes.filters[value] }))}
          onChange={setFilter}
        />
      }
    >
      <PagedList pages={pages}>
        <DisputeTable caption={t.disputes.title} none={t.disputes.none[filter]} rows={pages.rows} />
      </PagedList>
    </Panel>
  )
}
