import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PlacedOrder } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { allocationQuery, workloadQuery } from '../state/queries.ts'
import { useAccount } from '../state/session.ts'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { AllocationCost } from '../workloads/allocation-cost.tsx'
import { LogPanel } from '../workloads/log-panel.tsx'
import { Stages } from '../workloads/stages.tsx'
import styles from './rent.module.css'

/** What becomes of the order that was just confirmed, as it happens. */
export function Progress({
  placed,
  onAgain,
}: {
  readonly placed: PlacedOrder
  readonly onAgain: () => void
}) {
  const t = useText()
  const { order, allocation_ids: allocations, workload_ids: workloads } = placed
  const why = order.cancel_reason
  return (
    <>
      <Panel title={`${t.rent.progress}: ${order.symbol}`} note={order.id}>
        {allocations[0] === undefined ? (
          <p className={styles['old']} role="status">
            {t.rent.notMatched(why === null ? order.status : t.words.orderEnd[why])}
          </p>
        ) : (
          <Steps allocation={allocations[0]} workload={workloads[0] ?? null} />
        )}
        <p className={styles['after']}>
          <Button onClick={onAgain}>{t.rent.rentMore}</Button>
        </p>
      </Panel>
      {workloads[0] !== undefined && <LogPanel workload={workloads[0]} />}
    </>
  )
}

function Steps({
  allocation,
  workload,
}: {
  readonly allocation: string
  readonly workload: string | null
}) {
  const t = useText()
  const account = useAccount() ?? ''
  const bought = useQuery({
    ...allocationQuery(account, allocation),
    enabled: account !== '',
  }).data
  const program = useQuery({
    ...workloadQuery(account, workload ?? ''),
    enabled: account !== '' && workload !== null,
  }).data
  return (
    <div className={styles['steps']}>
      <Stages allocation={bought ?? null} workload={program ?? null} />
      {workload === null ? (
        <Link to="/workloads">{t.rent.openAllocation}</Link>
      ) : (
        <Link to="/workloads/$id" params={{ id: workload }}>
          {t.rent.openWorkload}
        </Link>
      )}
      {bought !== undefined && <AllocationCost allocation={bought} />}
    </div>
  )
}
