import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Check } from '../ui/check.tsx'
import { Field } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import type { NeedFaults, NeedForm } from './need-form.ts'
import styles from './rent.module.css'

interface Props {
  readonly need: NeedForm
  readonly faults: NeedFaults
  readonly isSandbox: boolean
  readonly busy: boolean
  readonly onChange: (part: Partial<NeedForm>) => void
  readonly onAsk: () => void
}

export function NeedPanel({ need, faults, isSandbox, busy, onChange, onAsk }: Props) {
  const t = useText()
  const field = (
    name: 'cores' | 'memory' | 'duration' | 'maxPrice',
    texts: { label: string; fault: string; hint?: string; unit?: string },
  ) => (
    <Field
      label={texts.label}
      hint={texts.hint ?? null}
      error={faults[name] === true ? texts.fault : null}
      {...(texts.unit === undefined ? {} : { unit: texts.unit })}
    >
      {(wiring) => (
        <input
          {...wiring}
          value={need[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <Panel title={t.rent.need}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onAsk()
        }}
      >
        <div className={styles['fields']}>
          {field('cores', { label: t.rent.cores, fault: t.rent.needCores })}
          {field('memory', { label: t.rent.memory, fault: t.rent.needMemory })}
          {field('duration', {
            label: t.rent.duration,
            fault: t.rent.needDuration,
            hint: t.rent.durationHint,
          })}
          {field('maxPrice', {
            label: t.rent.maxPrice,
            fault: t.rent.needPrice,
            hint: t.rent.maxPriceHint,
            unit: t.words.perUnitHour.core,
          })}
        </div>
        <div className={styles['ask']}>
          {isSandbox && (
            <Check
              label={t.rent.acceptNone}
              hint={t.rent.acceptNoneHint}
              checked={need.acceptNone}
              onChange={(acceptNone) => onChange({ acceptNone })}
            />
          )}
          <Button type="submit" tone="primary" busy={busy}>
            {t.rent.getQuote}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
