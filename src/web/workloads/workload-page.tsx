import { useQuery } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { SignedInOnly } from '../app/signed-in.tsx'
import { hasCode } from '../../client/index.ts'
import type { Workload } from '../../wire/index.ts'
import { DisputePanel } from '../disputes/dispute-panel.tsx'
import { FoundDispute } from '../disputes/found-dispute.tsx'
import { useText } from '../i18n/use-text.ts'
import { allocationQuery, workloadQuery } from '../state/queries.ts'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { AllocationCost } from './allocation-cost.tsx'
import { LogPanel } from './log-panel.tsx'
import { NoticeLine } from './notice-line.tsx'
import { PromisePanel } from './promise-panel.tsx'
import { Stages } from './stages.tsx'
import { UsagePanel } from './usage-panel.tsx'
import { WorkloadActions } from './workload-actions.tsx'
import { WorkloadFacts } from './workload-facts.tsx'
import styles from './workloads.module.css'

const route = getRouteApi('/workloads/$id')

/** One workload: how far it is, what it costs, what it says. */
export function WorkloadPage() {
  const { id } = route.useParams()
  return (
    <SignedInOnly>
      {(account) => <Found key={`${account} ${id}`} account={account} id={id} />}
    </SignedInOnly>
  )
}

function Found({ account, id }: { readonly account: string; readonly id: string }) {
  const t = useText()
  const query = useQuery(workloadQuery(account, id))
  if (query.isPending) return <Loading lines={6} />
  if (query.isSuccess) return <Shown account={account} workload={query.data} />
  return (
    <Page title={id}>
      {hasCode(query.error, 'NOT_FOUND', 'FORBIDDEN', 'MALFORMED') ? (
        <Empty title={t.workloads.unknown}>
          <p>{t.workloads.unknownText}</p>
          <Link to="/workloads">{t.workloads.back}</Link>
        </Empty>
      ) : (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Page>
  )
}

function Shown({ account, workload }: { readonly account: string; readonly workload: Workload }) {
  const t = useText()
  const allocation = useQuery(allocationQuery(account, workload.allocation_id)).data ?? null
  const dispute = allocation?.leases.find((lease) => lease.dispute_id !== null)?.dispute_id ?? null
  return (
    <Page
      title={`${t.workloads.id} ${workload.id}`}
      actions={<WorkloadActions workload={workload} allocation={allocation} />}
    >
      <Stages allocation={allocation} workload={workload} />
      {allocation !== null && <NoticeLine allocation={allocation} />}
      <div className={styles['columns']}>
        <LogPanel key={workload.id} workload={workload.id} />
        <div className={styles['side']}>
          {workload.status === 'running' && allocation !== null && (
            <UsagePanel
              key={allocation.id}
              workload={workload.id}
              cores={allocation.leases.reduce((sum, lease) => sum + lease.resources.cores, 0)}
            />
          )}
          {allocation === null ? (
            <Panel title={t.workloads.cost}>
              <Loading />
            </Panel>
          ) : (
            <AllocationCost allocation={allocation} />
          )}
          {dispute !== null && (
            <FoundDispute account={account} id={dispute}>
              {(found) => <DisputePanel dispute={found} />}
            </FoundDispute>
          )}
          <WorkloadFacts workload={workload} allocation={allocation} />
          {allocation?.leases.map(({ id }) => (
            <PromisePanel key={id} account={account} lease={id} />
          ))}
        </div>
      </div>
    </Page>
  )
}
