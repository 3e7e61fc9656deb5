import { useState } from 'react'
import type { Instrument, Ticker } from '../../wire/index.ts'
import { placesOf } from '../format/number.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useChannel } from '../state/stream.tsx'
import { Badge } from '../ui/badge.tsx'
import { Stat } from '../ui/stat.tsx'
import { Change } from './change.tsx'
import styles from './market.module.css'

/** Last price, best prices and the day, live. */
export function InstrumentHead({ instrument }: { readonly instrument: Instrument }) {
  const t = useText()
  const format = useFormat()
  const [ticker, setTicker] = useState<Ticker | null>(null)
  useChannel('ticker', { symbol: instrument.symbol }, (frame) => setTicker(frame.data))
  const price = (text: string | null) =>
    text === null ? '–' : format.number(text, { min: placesOf(instrument.tick_size) })
  const last = ticker?.last ?? instrument.last_price
  const { status } = instrument
  return (
    <div className={styles['top']}>
      <div>
        <p className="small muted">
          {t.market.last} · {t.words.perUnitHour[instrument.product.unit]}
        </p>
        <p className={styles['price']}>{price(last)}</p>
      </div>
      <Stat
        name={t.market.change}
        value={<Change from={ticker?.open ?? null} to={ticker?.last ?? null} />}
      />
      <Stat name={t.market.bid} value={price(ticker === null ? instrument.best_bid : ticker.bid)} />
      <Stat name={t.market.ask} value={price(ticker === null ? instrument.best_ask : ticker.ask)} />
      <Stat name={t.market.volume} value={format.number(ticker?.units ?? 0)} />
      <Badge tone={status === 'listed' ? 'good' : 'warn'}>{t.words.instrumentStatus[status]}</Badge>
    </div>
  )
}
