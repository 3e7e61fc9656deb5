import { useState } from 'react'
import type { Dispute } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Problem } from '../ui/states.tsx'
import styles from './disputes.module.css'

/** A proposal waits a day for the other person. */
const PROPOSAL_MS = 86_400_000

/** How many seconds are to be billed, and why. `why` says why nothing can be proposed. */
export function ProposeForm(props: { readonly dispute: Dispute; readonly why: string | null }) {
  const t = useText()
  const format = useFormat()
  const { id, seller, buyer } = props.dispute
  const [seconds, setSeconds] = useState(`${buyer.seconds}`)
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const accepted = /^\d{1,10}$/.test(seconds.trim()) ? Number(seconds) : -1
  const isBetween = accepted >= buyer.seconds && accepted <= seller.seconds
  const hasReason = reason.trim() !== ''
  const propose = useAction(
    () =>
      api().propose({
        body: {
          action: 'resolve_dispute',
          resolution: { dispute_id: id, accepted_seconds: accepted, reason: reason.trim() },
          expires_at: new Date(Date.now() + PROPOSAL_MS).toISOString(),
        },
      }),
    () => {
      setReason('')
      setIsTried(false)
    },
  )
  const send = (): void => {
    setIsTried(true)
    if (isBetween && hasReason) propose.run(undefined)
  }
  return (
    <div className={styles['form']}>
      <Field
        label={t.disputes.accept}
        unit="s"
        hint={t.disputes.acceptHint(format.number(buyer.seconds), format.number(seller.seconds))}
        error={isTried && !isBetween ? t.disputes.needSeconds : null}
      >
        {(wiring) => (
          <input
            {...wiring}
            inputMode="numeric"
            value={seconds}
            onChange={(event) => setSeconds(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t.disputes.reason}
        hint={t.disputes.reasonHint}
        error={isTried && !hasReason ? t.disputes.needReason : null}
      >
        {(wiring) => (
          <input
            {...wiring}
            maxLength={256}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <Button tone="primary" busy={propose.busy} why={props.why} onClick={send}>
        {t.disputes.propose}
      </Button>
      {propose.error !== null && <Problem error={propose.error} />}
    </div>
  )
}
