import { useState } from 'react'
import { moneyOf, type Node, type Offer, type Product } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { useSettings } from '../state/settings.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Problem } from '../ui/states.tsx'

/** Creates or replaces the standing offer of a machine and product. */
export function OfferDialog({
  node,
  offer,
  products,
  onClose,
}: {
  readonly node: Node
  readonly offer: Offer | null
  readonly products: readonly Product[]
  readonly onClose: () => void
}) {
  const t = useText()
  const { language } = useSettings()
  const [product, setProduct] = useState(offer?.product_id ?? products[0]?.id ?? '')
  const [price, setPrice] = useState(offer?.price ?? '')
  const [units, setUnits] = useState(String(offer?.max_units ?? 1))
  const [isTried, setIsTried] = useState(false)
  const isPrice = (moneyOf(price.trim()) ?? 0n) > 0n
  const isUnits = /^[1-9]\d{0,5}$/.test(units)
  const unit = offer?.unit ?? products.find((one) => one.id === product)?.unit ?? 'core'
  const save = useAction(
    () =>
      api().setOffer({
        params: { node_id: node.id, sku_id: product },
        body: { price: price.trim(), max_units: Number(units), until_at: offer?.until_at ?? null },
      }),
    () => onClose(),
  )
  return (
    <Dialog
      title={
        offer === null
          ? t.provider.addOffer
          : t.provider.editTitle(offer.symbol ?? offer.product_code)
      }
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.shell.cancel}</Button>
          <Button
            tone="primary"
            busy={save.busy}
            onClick={() => {
              setIsTried(true)
              if (isPrice && isUnits) save.run(undefined)
            }}
          >
            {t.provider.saveOffer}
          </Button>
        </>
      }
    >
      {offer === null && (
        <Field label={t.provider.product}>
          {(wiring) => (
            <select
              {...wiring}
              value={product}
              onChange={(event) => setProduct(event.target.value)}
            >
              {products.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.code} · {one.name[language]}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field
        label={t.provider.unitPrice}
        unit={t.words.perUnitHour[unit]}
        error={isTried && !isPrice ? t.orders.needPrice : null}
      >
        {(wiring) => (
          <input
            {...wiring}
            inputMode="decimal"
            value={price}
            onChange={(event) => setPrice(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t.provider.maxUnits}
        unit={t.words.unitName[unit]}
        error={isTried && !isUnits ? t.orders.needUnits : null}
      >
        {(wiring) => (
          <input
            {...wiring}
            inputMode="numeric"
            value={units}
            onChange={(event) => setUnits(event.target.value)}
          />
        )}
      </Field>
      {save.error !== null && <Problem error={save.error} />}
    </Dialog>
  )
}
