import { useQuery } from '@tanstack/react-query'
import { SignedInOnly } from '../app/signed-in.tsx'
import type { Node } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { nodesQuery, statusQuery } from '../state/queries.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { DisputesPanel } from './disputes-panel.tsx'
import { EarningsPanel } from './earnings-panel.tsx'
import { EvaluationPanel } from './evaluation-panel.tsx'
import { MachinePanel } from './machine-panel.tsx'
import { OccupancyPanel } from './occupancy-panel.tsx'
import { OffersPanel } from './offers-panel.tsx'
import styles from './provider.module.css'
import { SoldPanel } from './sold-panel.tsx'

export function ProviderPage() {
  const t = useText()
  return (
    <Page title={t.provider.title} lead={t.provider.lead}>
      <SignedInOnly>{(account) => <Machines account={account} />}</SignedInOnly>
    </Page>
  )
}

function Machines({ account }: { readonly account: string }) {
  const t = useText()
  const query = useQuery(nodesQuery(account))
  const isSandbox = useQuery(statusQuery).data?.sandbox === true
  if (query.isPending) return <Loading lines={6} />
  if (query.isError) return <Problem error={query.error} onRetry={() => void query.refetch()} />
  if (query.data.data.length === 0) {
    return (
      <Empty title={t.provider.none}>
        <p>{t.provider.noneText}</p>
        {isSandbox && <p>{t.provider.otherAccount}</p>}
      </Empty>
    )
  }
  return (
    <>
      {query.data.data.map((node) => (
        <Machine key={node.id} node={node} />
      ))}
      <SoldPanel account={account} />
      <DisputesPanel account={account} />
      <EarningsPanel account={account} />
    </>
  )
}

function Machine({ node }: { readonly node: Node }) {
  return (
    <div className={styles['machine']}>
      <div className={styles['column']}>
        <MachinePanel node={node} />
        <OccupancyPanel node={node} />
      </div>
      <EvaluationPanel node={node} />
      <OffersPanel node={node} />
    </div>
  )
}
