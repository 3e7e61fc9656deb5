import { useEffect, useRef } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { timeInForce as timesInForce } from '../../messages/index.ts'
import type { Instrument } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { nodesQuery } from '../state/queries.ts'
import { useScope } from '../state/session.ts'
import { useShortcuts } from '../state/use-shortcuts.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { faultText } from './fault-text.ts'
import { TicketOptions } from './ticket-options.tsx'
import type { TicketFaults, TicketForm } from './ticket-form.ts'
import styles from './orders.module.css'

interface Props {
  readonly instrument: Instrument
  readonly form: TicketForm
  readonly faults: TicketFaults
  readonly account: string | null
  readonly onChange: (part: Partial<TicketForm>) => void
  readonly onReview: () => void
}

export function TicketFields({ instrument, form, faults, account, onChange, onReview }: Props) {
  const t = useText()
  const unitName = t.words.unitName[instrument.product.unit]
  const isLimit = form.type === 'limit'
  const why = useWhyNot(account, form.side)
  const isReady = account !== null && why === null
  const units = useRef<HTMLInputElement>(null)
  const price = useRef<HTMLInputElement>(null)
  useShortcuts({
    B: () => onChange({ side: 'buy' }),
    S: () => onChange({ side: 'sell' }),
    Q: () => typeInto(units.current),
    P: isLimit ? () => typeInto(price.current) : undefined,
    Enter: isReady ? onReview : undefined,
  })
  return (
    <form
      className={styles['ticket']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) onReview()
      }}
    >
      <Segmented
        label={t.orders.side}
        value={form.side}
        options={[
          { value: 'buy', label: t.words.side.buy, tone: 'up' },
          { value: 'sell', label: t.words.side.sell, tone: 'down' },
        ]}
        onChange={(side) => onChange({ side })}
      />
      <Segmented
        label={t.orders.type}
        value={form.type}
        options={[
          { value: 'limit', label: t.words.orderType.limit },
          { value: 'market_to_limit', label: t.words.orderType.market_to_limit },
        ]}
        onChange={(type) => onChange({ type })}
      />
      <Field label={t.orders.units} unit={unitName} error={faultText(faults.units, t)}>
        {(wiring) => (
          <input
            {...wiring}
            ref={units}
            inputMode="numeric"
            value={form.units}
            onChange={(event) => onChange({ units: event.target.value })}
          />
        )}
      </Field>
      {isLimit ? (
        <Field
          label={t.orders.price}
          unit={t.words.perUnitHour[instrument.product.unit]}
          hint={t.orders.priceHint(instrument.band_low, instrument.band_high)}
          error={faultText(faults.price, t)}
        >
          {(wiring) => (
            <input
              {...wiring}
              ref={price}
              inputMode="decimal"
              value={form.price}
              onChange={(event) => onChange({ price: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <p className="small muted">{t.orders.noPrice}</p>
      )}
      {form.side === 'sell' && account !== null && (
        <NodeField {...{ account, form, onChange }} error={faultText(faults.node, t)} />
      )}
      <Field label={t.orders.timeInForce}>
        {(wiring) => (
          <select
            {...wiring}
            value={form.timeInForce}
            onChange={(event) =>
              onChange({ timeInForce: event.target.value as TicketForm['timeInForce'] })
            }
          >
            {timesInForce.values.map((value) => (
              <option key={value} value={value}>
                {t.words.timeInForce[value]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TicketOptions {...{ form, faults, onChange }} />
      <ReviewButton account={account} side={form.side} why={why} />
    </form>
  )
}

/** Puts the cursor into a field so that what is typed replaces its text. */
function typeInto(field: HTMLInputElement | null): void {
  field?.focus()
  field?.select()
}

/** Why an account cannot place an order of this side; null when it can. */
function useWhyNot(account: string | null, side: TicketForm['side']): string | null {
  const t = useText()
  const mayTrade = useScope('trade')
  const nodes = useQuery({ ...nodesQuery(account ?? ''), enabled: account !== null })
  if (!mayTrade) return t.shell.noScope('trade')
  return side === 'sell' && nodes.data?.data.length === 0 ? t.orders.noNodesShort : null
}

function ReviewButton({
  account,
  side,
  why,
}: {
  readonly account: string | null
  readonly side: TicketForm['side']
  readonly why: string | null
}) {
  const t = useText()
  if (account === null) {
    return (
      <Link to="/sign-in" className={styles['signIn']}>
        {t.orders.signInToTrade}
      </Link>
    )
  }
  return (
    <Button type="submit" tone={side === 'buy' ? 'buy' : 'sell'} why={why}>
      {t.orders.review}
    </Button>
  )
}

function NodeField({
  account,
  form,
  error,
  onChange,
}: {
  readonly account: string
  readonly form: TicketForm
  readonly error: string | null
  readonly onChange: Props['onChange']
}) {
  const t = useText()
  const nodes = useQuery(nodesQuery(account)).data?.data ?? []
  const only = nodes.length === 1 ? nodes[0]?.id : undefined
  useEffect(() => {
    if (form.node === '' && only !== undefined) onChange({ node: only })
  }, [form.node, only, onChange])
  if (nodes.length === 0) return null
  return (
    <Field label={t.orders.node} error={error}>
      {(wiring) => (
        <select
          {...wiring}
          value={form.node}
          onChange={(event) => onChange({ node: event.target.value })}
        >
          <option value="">–</option>
          {nodes.map((node) => (
            <option key={node.id} value={node.id}>
              {node.handle} ({node.id})
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
