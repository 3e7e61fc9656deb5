import { moneyText, type Allocation } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { Facts } from '../ui/facts.tsx'
import { Panel } from '../ui/panel.tsx'
import { hourlyMicro } from './cost.ts'
import { CostNote, useCost } from './cost-ticker.tsx'
import styles from './workloads.module.css'

/** The cost so far, by the second, with its parts and how long it is funded. */
export function AllocationCost({ allocation }: { readonly allocation: Allocation }) {
  const t = useText()
  const format = useFormat()
  const cost = useCost(allocation)
  const money = (micro: bigint) => format.money(moneyText(micro), { min: 6 })
  const until = fundedUntil(allocation)
  const duration = allocation.duration_seconds
  const ending =
    duration === null ? t.workloads.renews : t.workloads.durationEnds(format.duration(duration))
  return (
    <Panel title={cost.isFinal ? t.workloads.costFinal : t.workloads.cost}>
      <p className={styles['cost']}>{money(cost.totalMicro)}</p>
      <p className="small muted">
        <CostNote cost={cost} />
      </p>
      <div className={styles['parts']}>
        <Facts
          facts={[
            [
              t.workloads.rate,
              t.workloads.anHour(format.money(moneyText(hourlyMicro(allocation)), { min: 3 })),
            ],
            [t.workloads.billed, money(cost.principalMicro)],
            [t.workloads.fee, money(cost.feeMicro)],
            ...(cost.isFinal
              ? []
              : [[t.workloads.escrow, format.money(allocation.escrow, { min: 6 })] as const]),
            ...(until === null
              ? []
              : [[t.workloads.funded, format.moment(until.toISOString())] as const]),
          ]}
        />
        {until !== null && <p className="small muted">{ending}</p>}
      </div>
    </Panel>
  )
}

/** When the first of the leases that still run reaches the end of its funding. */
function fundedUntil(allocation: Allocation): Date | null {
  const ends = allocation.leases.flatMap((lease) =>
    lease.status === 'closed' || lease.ready_at === null
      ? []
      : [Date.parse(lease.ready_at) + lease.funded_seconds * 1_000],
  )
  return ends.length === 0 ? null : new Date(Math.min(...ends))
}
