import type { QuoteLeg } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { lookUp } from '../i18n/look-up.ts'
import { useText } from '../i18n/use-text.ts'
import { useSettings } from '../state/settings.ts'
import { Facts } from '../ui/facts.tsx'
import type { Asked } from './rent-page.tsx'

/** Every cost of an offer, and what it is. */
export function CostFacts({ asked, leg }: { readonly asked: Asked; readonly leg: QuoteLeg }) {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  const money = (text: string) => format.money(text, { min: 6 })
  const funded = format.duration(leg.horizon_seconds)
  const duration = asked.body.duration_seconds ?? null
  return (
    <Facts
      facts={[
        [t.market.symbol, leg.symbol],
        [
          t.rent.units,
          `${format.number(leg.units)} (${t.rent.unitsWhy(lookUp(t.rent.dimensions, leg.dimension))})`,
        ],
        [t.rent.unitPrice, `${format.number(leg.price, { min: 3 })} ${t.words.perUnitHour.core}`],
        [t.rent.hourly, money(leg.per_hour)],
        [t.rent.principal, `${money(leg.principal)} ${t.rent.heldFor(funded)}`],
        [t.rent.fee, money(leg.fee)],
        [t.rent.escrow, <strong>{money(leg.escrow)}</strong>],
        [
          duration === null ? t.rent.totalOpen(funded) : t.rent.total(format.duration(duration)),
          <strong>{money(leg.total)}</strong>,
        ],
        [t.rent.gradeAndHub, `${t.words.grade(leg.grade)} · ${leg.hub.name[language]}`],
        [t.rent.isolation, t.words.isolation[leg.isolation]],
        [
          t.rent.interruptible,
          leg.interruptible ? t.market.interruptibleYes : t.market.interruptibleNo,
        ],
      ]}
    />
  )
}
