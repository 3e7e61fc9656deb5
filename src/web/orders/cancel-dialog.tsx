import type { Order } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { onlyOf } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

export function CancelDialog({
  order,
  onClose,
}: {
  readonly order: Order
  readonly onClose: () => void
}) {
  const t = useText()
  const cancel = useAction(
    () => api().cancelOrder({ params: { order_id: order.id } }),
    () => onClose(),
  )
  return (
    <ConfirmDialog
      title={t.orders.cancelTitle}
      text={t.orders.cancelText(order.id)}
      confirm={t.orders.cancel}
      action={cancel}
      onClose={onClose}
    />
  )
}

export function CancelAllDialog({
  count,
  symbol,
  onClose,
}: {
  readonly count: number
  readonly symbol: string | undefined
  readonly onClose: () => void
}) {
  const t = useText()
  const cancel = useAction(
    () => api().cancelOrders({ query: onlyOf(symbol) }),
    () => onClose(),
  )
  return (
    <ConfirmDialog
      title={t.orders.cancelAllTitle}
      text={t.orders.cancelAllText(count)}
      confirm={t.orders.cancelAll}
      action={cancel}
      onClose={onClose}
    />
  )
}
