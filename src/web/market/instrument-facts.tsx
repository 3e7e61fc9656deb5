import type { Instrument } from '../../wire/index.ts'
import { placesOf } from '../format/number.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useSettings } from '../state/settings.ts'
import { Facts } from '../ui/facts.tsx'
import { Panel } from '../ui/panel.tsx'
import { bundleText } from './bundle-text.ts'

/** What exactly is traded, and under which rules. */
export function InstrumentFacts({ instrument }: { readonly instrument: Instrument }) {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  const places = { min: placesOf(instrument.tick_size) }
  const price = (text: string) => format.money(text, places)
  return (
    <Panel title={t.market.facts}>
      <Facts
        facts={[
          [t.market.bundle, bundleText(instrument.product.bundle, t, format)],
          [t.market.grade, instrument.grade],
          [t.market.hub, instrument.hub.name[language]],
          [t.market.tick, price(instrument.tick_size)],
          [t.market.reference, price(instrument.reference_price)],
          [t.market.band, `${price(instrument.band_low)} – ${price(instrument.band_high)}`],
          [t.market.makerFee, format.ppm(instrument.maker_fee_ppm)],
          [t.market.takerFee, format.ppm(instrument.taker_fee_ppm)],
          [t.market.sellerFee, format.ppm(instrument.seller_fee_ppm)],
          [t.market.horizon, format.duration(instrument.horizon_seconds)],
          [t.market.notice, format.duration(instrument.notice_seconds)],
          [
            t.market.interruptible,
            instrument.interruptible ? t.market.interruptibleYes : t.market.interruptibleNo,
          ],
        ]}
      />
    </Panel>
  )
}
