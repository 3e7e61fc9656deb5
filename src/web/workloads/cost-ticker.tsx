import { moneyText, type Allocation } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useServerNow } from '../state/clock.ts'
import { costOf, type Cost } from './cost.ts'

/** The cost of an allocation, a step further every second while it runs. */
export function useCost(allocation: Pick<Allocation, 'leases'>): Cost {
  const isRunning = allocation.leases.some(
    (lease) => lease.status !== 'closed' && lease.ready_at !== null,
  )
  return costOf(allocation, useServerNow(isRunning))
}

/** Just the amount, with six digits so that it does not jump. */
export function CostTicker({ allocation }: { readonly allocation: Pick<Allocation, 'leases'> }) {
  const format = useFormat()
  const cost = useCost(allocation)
  return <>{format.money(moneyText(cost.totalMicro), { min: 6 })}</>
}

/** The amount with what it covers. */
export function CostNote({ cost }: { readonly cost: Cost }) {
  const t = useText()
  const format = useFormat()
  if (cost.seconds === 0 && !cost.isFinal) return <>{t.workloads.costPending}</>
  const text = t.workloads.costNote(format.duration(cost.seconds))
  return <>{cost.isCapped ? `${text} · ${t.workloads.costCapped}` : text}</>
}
