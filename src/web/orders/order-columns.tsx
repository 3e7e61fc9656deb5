import { Link } from '@tanstack/react-router'
import type { Order } from '../../wire/index.ts'
import type { Format } from '../format/use-format.ts'
import type { Texts } from '../i18n/en.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import type { Column } from '../ui/data-table.tsx'
import styles from './orders.module.css'

const TONES: Partial<Record<Order['status'], Tone>> = {
  open: 'accent',
  partially_filled: 'accent',
  filled: 'good',
  rejected: 'bad',
}

/** The columns of open orders (of all instruments, or of the one on screen) and of closed ones. */
export function orderColumns(
  t: Texts,
  format: Format,
): { readonly [K in 'open' | 'ofSymbol' | 'closed' | 'closedOfSymbol']: Column<Order>[] } {
  const placed: Column<Order> = {
    head: t.orders.placed,
    wide: true,
    cell: (order) => <span className="small">{format.moment(order.placed_at)}</span>,
  }
  const symbol: Column<Order> = {
    head: t.orders.symbol,
    cell: (order) => (
      <span className={styles['name']}>
        <Link to="/market/$symbol" params={{ symbol: order.symbol }}>
          {order.symbol}
        </Link>
        <span className="small muted">{order.id}</span>
      </span>
    ),
  }
  const side: Column<Order> = {
    head: t.orders.side,
    cell: (order) => (
      <span className={order.side === 'buy' ? 'up' : 'down'}>{t.words.side[order.side]}</span>
    ),
  }
  const price: Column<Order> = {
    head: t.orders.price,
    align: 'right',
    cell: (order) => (order.price === null ? '–' : format.money(order.price, { min: 3 })),
  }
  const units: Column<Order> = {
    head: t.orders.units,
    align: 'right',
    cell: (order) => `${format.number(order.filled_units)} / ${format.number(order.units)}`,
  }
  const held: Column<Order> = {
    head: t.orders.heldMoney,
    align: 'right',
    wide: true,
    cell: (order) => (order.held === null ? '–' : format.money(order.held, { min: 6 })),
  }
  const average: Column<Order> = {
    head: t.orders.average,
    align: 'right',
    wide: true,
    cell: (order) =>
      order.average_price === null ? '–' : format.money(order.average_price, { min: 3 }),
  }
  const status: Column<Order> = {
    head: t.orders.status,
    cell: (order) => (
      <span className={styles['name']}>
        <span>
          <Badge tone={TONES[order.status] ?? 'neutral'}>{t.words.orderStatus[order.status]}</Badge>
        </span>
        {order.cancel_reason !== null && (
          <span className="small muted">{t.words.orderEnd[order.cancel_reason]}</span>
        )}
      </span>
    ),
  }
  const id: Column<Order> = { head: t.orders.id, wide: true, cell: (order) => order.id }
  return {
    ofSymbol: [id, side, price, units],
    open: [symbol, side, price, units, held, placed],
    closedOfSymbol: [id, side, price, units, status],
    closed: [symbol, side, price, units, average, status, placed],
  }
}
