import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { AmendOrderBody, Order } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { instrumentQuery } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Problem } from '../ui/states.tsx'
import { faultText } from './fault-text.ts'
import styles from './orders.module.css'
import { priceFault } from './ticket-form.ts'

/** Changes units or price of an order, and says afterwards whether it kept its place. */
export function AmendDialog({
  order,
  onClose,
}: {
  readonly order: Order
  readonly onClose: () => void
}) {
  const t = useText()
  const form = useId()
  const [units, setUnits] = useState(String(order.units))
  const [price, setPrice] = useState(order.price ?? '')
  const [isTried, setIsTried] = useState(false)
  const instrument = useQuery(instrumentQuery(order.symbol)).data ?? null
  const amend = useAction((body: AmendOrderBody) =>
    api().amendOrder({ params: { order_id: order.id }, body }),
  )
  const unitsFault = /^[1-9]\d{0,6}$/.test(units) ? null : t.orders.needUnits
  const fault = instrument === null ? null : priceFault(price.trim(), order.side, instrument)
  const priceText = fault === null ? null : faultText(fault, t)
  const isSame = units === String(order.units) && price.trim() === order.price
  const send = (): void => {
    setIsTried(true)
    if (unitsFault !== null || priceText !== null) return
    amend.run({
      ...(units === String(order.units) ? {} : { units: Number(units) }),
      ...(price.trim() === order.price ? {} : { price: price.trim() }),
    })
  }
  const result = amend.result
  return (
    <Dialog
      title={t.orders.amendTitle(order.id)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.shell.close}</Button>
          {result === null && (
            <Button
              tone="primary"
              busy={amend.busy}
              why={isSame ? t.orders.nothingChanged : null}
              type="submit"
              form={form}
            >
              {t.orders.amend}
            </Button>
          )}
        </>
      }
    >
      {result === null ? (
        <form
          id={form}
          className={styles['ticket']}
          onSubmit={(event) => {
            event.preventDefault()
            if (!isSame) send()
          }}
        >
          <Field
            label={t.orders.amendUnits}
            hint={t.orders.amendHint}
            error={isTried ? unitsFault : null}
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
          <Field label={t.orders.price} error={isTried ? priceText : null}>
            {(wiring) => (
              <input
                {...wiring}
                inputMode="decimal"
                value={price}
                onChange={(event) => setPrice(event.target.value)}
              />
            )}
          </Field>
        </form>
      ) : (
        <p className={styles['done']} role="status">
          {result.kept_priority ? t.orders.keptPriority : t.orders.lostPriority}
        </p>
      )}
      {amend.error !== null && <Problem error={amend.error} />}
    </Dialog>
  )
}
