import { useState } from 'react'
import type { Instrument, PlaceOrderBody, PlacedOrder } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { serverNowMs } from '../state/clock.ts'
import { api, useAccount } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Panel } from '../ui/panel.tsx'
import { PlacedNotice } from './placed-notice.tsx'
import { ReviewOrder } from './review-order.tsx'
import { TicketFields } from './ticket-fields.tsx'
import { changeTicket, orderOf, type TicketFaults, type TicketForm } from './ticket-form.ts'

/** Fill in, review, confirm: an order is never sent from the first step. */
export function Ticket({
  instrument,
  form,
  onForm,
}: {
  readonly instrument: Instrument
  readonly form: TicketForm
  readonly onForm: (form: TicketForm) => void
}) {
  const t = useText()
  const account = useAccount()
  const [faults, setFaults] = useState<TicketFaults>({})
  const [reviewed, setReviewed] = useState<PlaceOrderBody | null>(null)
  const [placed, setPlaced] = useState<PlacedOrder | null>(null)
  const place = useAction(
    (body: PlaceOrderBody) => api().placeOrder({ body }),
    (result) => {
      setPlaced(result)
      setReviewed(null)
    },
  )
  const review = (): void => {
    const { body, faults: found } = orderOf(form, instrument, serverNowMs())
    setFaults(found)
    place.reset()
    setReviewed(body)
  }
  return (
    <Panel title={t.orders.ticket}>
      {placed !== null ? (
        <PlacedNotice placed={placed} onAgain={() => setPlaced(null)} />
      ) : (
        <TicketFields
          {...{ instrument, form, faults, account }}
          onChange={(part) => onForm(changeTicket(form, part))}
          onReview={review}
        />
      )}
      {reviewed !== null && account !== null && (
        <ReviewOrder
          {...{ instrument, account }}
          body={reviewed}
          busy={place.busy}
          error={place.error}
          onBack={() => setReviewed(null)}
          onConfirm={() => place.run(reviewed)}
        />
      )}
    </Panel>
  )
}
