import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PlacedOrder } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { allocationQuery, orderQuery, workloadQuery } from '../state/queries.ts'
import { useAccount } from '../state/session.ts'
import { Button } from '../ui/button.tsx'
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
  const [allocation] = allocations
  const why = order.cancel_reason
  return (
    <>
      {allocation === undefined ? (
        <p className={styles['old']} role="status">
          {t.rent.notMatched(why === null ? order.status : t.words.orderEnd[why])}
        </p>
      ) : (
        <Purchase order={order.id} allocation={allocation} workload={workloads[0] ?? null} />
      )}
      <p>
        <Button onClick={onAgain}>{t.rent.rentMore}</Button>
      </p>
    </>
  )
}

/** An order's machine; where that does not start, the next one, which a new order has bought. */
function Purchase({
  order,
  allocation,
  workload,
}: {
  readonly order: string
  readonly allocation: string
  readonly workload: string | null
}) {
  const t = useText()
  const account = useAccount() ?? ''
  const isIn = account !== ''
  const placed = useQuery({ ...orderQuery(account, order), enabled: isIn }).data
  const id = placed?.replaced_by ?? ''
  const next = useQuery({ ...orderQuery(account, id), enabled: isIn && id !== '' }).data
  const bought = next?.allocation_ids[0] ?? ''
  const there = useQuery({
    ...allocationQuery(account, bought),
    enabled: isIn && bought !== '',
  }).data
  if (there === undefined) return <Steps allocation={allocation} workload={workload} />
  return (
    <>
      <p className={styles['old']} role="status">
        {t.rent.nextMachine}
      </p>
      <Purchase order={id} allocation={bought} workload={there.workload_ids[0] ?? null} />
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
  const isIn = account !== ''
  const bought = useQuery({ ...allocationQuery(account, allocation), enabled: isIn }).data
  const program = useQuery({
    ...workloadQuery(account, workload ?? ''),
    enabled: isIn && workload !== null,
  }).data
  return (
    <>
      <div className={styles['steps']}>
        <Stages allocation={bought ?? null} workload={program ?? null} />
        {workload === null ? (
          <Link to="/workloads">{t.rent.openAllocation}</Link>
        ) : (
          <Link to="/workloads/$id" params={{ id: workload }}>
            {t.rent.openWorkload}
          </Link>
        )}
      </div>
      <div className={styles['columns']}>
        {workload !== null && <LogPanel key={workload} workload={workload} />}
        {bought !== undefined && <AllocationCost allocation={bought} />}
      </div>
    </>
  )
}
