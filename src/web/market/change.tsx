import { moneyOf } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'

/** How far a price moved, with a sign and an arrow beside the colour. */
export function Change({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  const format = useFormat()
  const start = from === null ? null : moneyOf(from)
  const end = to === null ? null : moneyOf(to)
  if (start === null || end === null || start === 0n) return <span className="muted">–</span>
  const share = Number(((end - start) * 100_000n) / start) / 100_000
  if (end === start) return <span className="muted">{format.share(0)}</span>
  const isUp = end > start
  return (
    <span className={isUp ? 'up' : 'down'}>
      {isUp ? '▲ +' : '▼ −'}
      {format.share(Math.abs(share))}
    </span>
  )
}
