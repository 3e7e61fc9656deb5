import { useId } from 'react'
import type { Quote, QuoteLeg } from '../../wire/index.ts'
import { codeText } from '../../messages/index.ts'
import { useFormat } from '../format/use-format.ts'
import { lookUp } from '../i18n/look-up.ts'
import { useText } from '../i18n/use-text.ts'
import { useSettings } from '../state/settings.ts'
import { Badge } from '../ui/badge.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'
import styles from './rent.module.css'

/** The offers that serve the need, as choices, and why the others do not. */
export function QuotePanel({
  quote,
  chosen,
  onChoose,
}: {
  readonly quote: Quote
  readonly chosen: QuoteLeg | null
  readonly onChoose: (leg: QuoteLeg) => void
}) {
  const t = useText()
  const name = useId()
  return (
    <Panel title={t.rent.offers} note={t.rent.offersLead}>
      {quote.legs.length === 0 ? (
        <Empty title={t.rent.nothing}>{t.rent.fixNeed}</Empty>
      ) : (
        <fieldset className={styles['legs']}>
          <legend className="hidden">{t.rent.offers}</legend>
          {quote.legs.map((leg) => (
            <Leg
              key={`${leg.symbol} ${leg.node_id}`}
              {...{ leg, name }}
              isChosen={leg === chosen}
              onChoose={() => onChoose(leg)}
            />
          ))}
        </fieldset>
      )}
      <WhyNot quote={quote} />
    </Panel>
  )
}

function Leg({
  leg,
  name,
  isChosen,
  onChoose,
}: {
  readonly leg: QuoteLeg
  readonly name: string
  readonly isChosen: boolean
  readonly onChoose: () => void
}) {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  return (
    <label className={styles['leg']} data-on={isChosen || undefined}>
      <input type="radio" name={name} checked={isChosen} onChange={onChoose} />
      <span className={styles['legName']}>
        <strong>{leg.symbol}</strong>
        <span className="small muted">
          {leg.hub.name[language]} · {t.words.grade(leg.grade)} · {t.rent.isolation}{' '}
          {t.words.isolation[leg.isolation]}
        </span>
      </span>
      {leg.interruptible && <Badge tone="warn">{t.rent.interruptible}</Badge>}
      <span className={styles['legPrice']}>
        <strong>{format.money(leg.per_hour, { min: 3 })}</strong>
        <span className="small muted">{t.rent.perHour}</span>
      </span>
    </label>
  )
}

function WhyNot({ quote }: { readonly quote: Quote }) {
  const t = useText()
  const { language } = useSettings()
  if (quote.unavailable.length === 0) return null
  return (
    <details className={styles['why']} open={quote.legs.length === 0}>
      <summary>{t.rent.whyNot}</summary>
      <ul>
        {quote.unavailable.map((one) => (
          <li key={`${one.symbol} ${one.why}`}>
            <strong>{one.symbol}</strong>:{' '}
            {codeText(one.why)?.[language] ?? lookUp(t.words.orderEnd, one.why)}
            {one.dimension !== null && ` (${lookUp(t.rent.dimensions, one.dimension)})`}
          </li>
        ))}
      </ul>
    </details>
  )
}
