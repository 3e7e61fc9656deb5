import { useState } from 'react'
import { moneyOf } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Problem } from '../ui/states.tsx'

export function FaucetDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText()
  const [amount, setAmount] = useState('100.00')
  const [isTried, setIsTried] = useState(false)
  const isGood = (moneyOf(amount.trim()) ?? 0n) > 0n
  const take = useAction(
    () => api().faucet({ body: { amount: amount.trim() } }),
    () => onClose(),
  )
  const send = (): void => {
    setIsTried(true)
    if (isGood) take.run(undefined)
  }
  return (
    <Dialog
      title={t.wallet.faucetTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.shell.cancel}</Button>
          <Button tone="primary" busy={take.busy} onClick={send}>
            {t.wallet.faucet}
          </Button>
        </>
      }
    >
      <Field
        label={t.wallet.amount}
        unit="CNY"
        hint={t.wallet.faucetHint}
        error={isTried && !isGood ? t.wallet.needAmount : null}
      >
        {(wiring) => (
          <input
            {...wiring}
            inputMode="decimal"
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') send()
            }}
          />
        )}
      </Field>
      {take.error !== null && <Problem error={take.error} />}
    </Dialog>
  )
}
