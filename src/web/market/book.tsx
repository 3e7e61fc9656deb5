import { useEffect, useState } from 'react'
import type { Side } from '../../messages/index.ts'
import { moneyText, type Instrument, type Level } from '../../wire/index.ts'
import { placesOf } from '../format/number.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useStore } from '../state/store.ts'
import { useChannel } from '../state/stream.tsx'
import { useShortcuts } from '../state/use-shortcuts.ts'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { Loading } from '../ui/states.tsx'
import { BookStore, spreadMicro } from './book-store.ts'
import styles from './book.module.css'

const ROWS = 8

/** The live book: asks above, bids below, best next to the spread. A price can be taken over. */
export function BookPanel({
  instrument,
  onPick,
}: {
  readonly instrument: Instrument
  readonly onPick: (price: string, side: Side) => void
}) {
  const t = useText()
  const [isPaused, setIsPaused] = useState(false)
  const [store] = useState(() => new BookStore())
  useChannel('book', { symbol: instrument.symbol, depth: 20 }, (frame) => store.take(frame))
  useEffect(() => store.pause(isPaused), [store, isPaused])
  const turn = (): void => setIsPaused(!isPaused)
  useShortcuts({ ' ': turn })
  const view = useStore(store.view)
  return (
    <Panel
      flush
      title={t.market.book}
      note={t.market.bookUnit(t.words.perUnitHour[instrument.product.unit])}
      actions={
        <Button small aria-pressed={isPaused} onClick={turn}>
          {isPaused ? t.market.resume : t.market.pause}
        </Button>
      }
    >
      {view === null ? (
        <Loading lines={6} />
      ) : (
        <div className={styles['book']}>
          <Heads />
          <Levels {...{ instrument, onPick }} levels={view.asks} side="sell" />
          <Spread micro={spreadMicro(view)} tick={instrument.tick_size} />
          <Levels {...{ instrument, onPick }} levels={view.bids} side="buy" />
        </div>
      )}
    </Panel>
  )
}

function Heads() {
  const t = useText()
  return (
    <p className={styles['heads']} aria-hidden="true">
      <span>{t.market.price}</span>
      <span>{t.market.units}</span>
      <span>{t.market.orders}</span>
    </p>
  )
}

interface LevelsProps {
  readonly instrument: Instrument
  readonly levels: readonly Level[]
  /** of the orders that rest here */
  readonly side: Side
  readonly onPick: (price: string, side: Side) => void
}

/** Rows are keyed by place, not price: text changes, elements stay. */
function Levels({ instrument, levels, side, onPick }: LevelsProps) {
  const t = useText()
  const format = useFormat()
  const places = { min: placesOf(instrument.tick_size) }
  const shown = levels.slice(0, ROWS)
  const largest = Math.max(1, ...shown.map((level) => level[1]))
  const rows = side === 'sell' ? shown.toReversed() : shown
  const isBuy = side === 'buy'
  const opposite = isBuy ? 'sell' : 'buy'
  const name = isBuy ? t.market.bids : t.market.asks
  if (rows.length === 0) {
    return <p className={styles['none']}>{isBuy ? t.market.noBids : t.market.noAsks}</p>
  }
  return (
    <ul className={styles['levels']} data-side={side} aria-label={name}>
      {rows.map(([price, units, orders], place) => (
        <li key={place}>
          <button
            type="button"
            className={styles['level']}
            title={t.market.pickPrice(t.words.side[opposite], format.number(price, places))}
            onClick={() => onPick(price, opposite)}
          >
            <span
              className={styles['bar']}
              style={{ transform: `scaleX(${units / largest})` }}
              aria-hidden="true"
            />
            <span className={isBuy ? 'up' : 'down'}>{format.number(price, places)}</span>
            <span>{format.number(units)}</span>
            <span className="muted">{format.number(orders)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Spread({ micro, tick }: { readonly micro: bigint | null; readonly tick: string }) {
  const t = useText()
  const format = useFormat()
  return (
    <p className={styles['spread']}>
      {t.market.spread}{' '}
      {micro === null ? '–' : format.number(moneyText(micro), { min: placesOf(tick) })}
    </p>
  )
}
