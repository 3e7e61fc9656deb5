import { useText } from '../i18n/use-text.ts'
import { Check } from '../ui/check.tsx'
import { Field } from '../ui/field.tsx'
import { faultText } from './fault-text.ts'
import styles from './orders.module.css'
import { mayRest, type TicketFaults, type TicketForm } from './ticket-form.ts'

interface Props {
  readonly form: TicketForm
  readonly faults: TicketFaults
  readonly onChange: (part: Partial<TicketForm>) => void
}

/** Expiry, duration and the conditions of an order; only those that make sense for it. */
export function TicketOptions({ form, faults, onChange }: Props) {
  const t = useText()
  const isBuy = form.side === 'buy'
  return (
    <>
      {form.timeInForce === 'GTD' && (
        <Field label={t.orders.expireAt} error={faultText(faults.expireAt, t)}>
          {(wiring) => (
            <input
              {...wiring}
              type="datetime-local"
              value={form.expireAt}
              onChange={(event) => onChange({ expireAt: event.target.value })}
            />
          )}
        </Field>
      )}
      {isBuy && (
        <Field
          label={t.orders.duration}
          hint={t.orders.durationHint}
          error={faultText(faults.duration, t)}
        >
          {(wiring) => (
            <input
              {...wiring}
              value={form.duration}
              onChange={(event) => onChange({ duration: event.target.value })}
            />
          )}
        </Field>
      )}
      <details className={styles['options']}>
        <summary>{t.orders.options}</summary>
        <div>
          {form.type === 'limit' && mayRest(form) && (
            <Check
              label={t.orders.postOnly}
              hint={t.orders.postOnlyHint}
              checked={form.postOnly}
              onChange={(postOnly) => onChange({ postOnly })}
            />
          )}
          <Check
            label={t.orders.allOrNone}
            hint={t.orders.allOrNoneHint}
            checked={form.allOrNone}
            onChange={(allOrNone) => onChange({ allOrNone })}
          />
          {isBuy && (
            <Check
              label={t.orders.colocate}
              hint={t.orders.colocateHint}
              checked={form.colocate}
              onChange={(colocate) => onChange({ colocate })}
            />
          )}
          <Field label={t.orders.label}>
            {(wiring) => (
              <input
                {...wiring}
                maxLength={64}
                value={form.label}
                onChange={(event) => onChange({ label: event.target.value })}
              />
            )}
          </Field>
        </div>
      </details>
    </>
  )
}
