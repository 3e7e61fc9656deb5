import { Link } from '@tanstack/react-router'
import type { PlacedOrder } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { useShortcuts } from '../state/use-shortcuts.ts'
import { Button } from '../ui/button.tsx'
import styles from './orders.module.css'

/** What became of the order that was just placed. */
export function PlacedNotice({
  placed,
  onAgain,
}: {
  readonly placed: PlacedOrder
  readonly onAgain: () => void
}) {
  const t = useText()
  const { order, allocation_ids: allocations } = placed
  const text = useOutcome(placed)
  useShortcuts({ Enter: onAgain })
  const isBad = order.filled_units === 0 && order.cancel_reason !== null
  return (
    <div className={styles['ticket']}>
      <p className={isBad ? styles['warning'] : styles['done']} role="status">
        {text}
      </p>
      {order.side === 'buy' && allocations.length > 0 && (
        <Link to="/workloads">{t.orders.toAllocation}</Link>
      )}
      <Button onClick={onAgain}>{t.orders.another}</Button>
    </div>
  )
}

function useOutcome({ order }: PlacedOrder): string {
  const t = useText()
  const { id, units, filled_units: filled, cancel_reason: why } = order
  if (filled === units) return t.orders.placedFilled(filled, id)
  if (why !== null && filled === 0) return t.orders.placedEnded(id, t.words.orderEnd[why])
  return filled === 0 ? t.orders.placedOpen(id) : t.orders.placedPartly(filled, units, id)
}
