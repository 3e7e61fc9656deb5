import { useState } from 'react'
import { budgetPeriod, type BudgetPeriod } from '../../messages/index.ts'
import { moneyOf, type Budget } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { api, useSession } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Problem } from '../ui/states.tsx'

/** Sets a new cap, or changes one: its subject and period then stand still. */
export function BudgetDialog({
  account,
  budget,
  onClose,
}: {
  readonly account: string
  readonly budget: Budget | null
  readonly onClose: () => void
}) {
  const t = useText()
  const subjects = useSubjects(account)
  const [subject, setSubject] = useState(budget?.subject_id ?? account)
  const [period, setPeriod] = useState<BudgetPeriod>(budget?.period ?? 'total')
  const [limit, setLimit] = useState(budget?.limit ?? '100.00')
  const [isTried, setIsTried] = useState(false)
  const isGood = (moneyOf(limit.trim()) ?? 0n) > 0n
  const scope = budget?.scope ?? subjects.find((one) => one.id === subject)?.scope ?? 'account'
  const set = useAction(
    () => api().setBudget({ body: { scope, subject_id: subject, period, limit: limit.trim() } }),
    () => onClose(),
  )
  const send = (): void => {
    setIsTried(true)
    if (isGood) set.run(undefined)
  }
  return (
    <Dialog
      title={t.wallet.setBudget}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.shell.cancel}</Button>
          <Button tone="primary" busy={set.busy} onClick={send}>
            {t.shell.save}
          </Button>
        </>
      }
    >
      {budget === null && (
        <>
          <Field label={t.wallet.scope}>
            {(wiring) => (
              <select
                {...wiring}
                value={subject}
                onChange={(event) => setSubject(event.target.value)}
              >
                {subjects.map((one) => (
                  <option key={one.id} value={one.id}>
                    {t.words.budgetScope[one.scope]} {one.id}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t.wallet.period}>
            {(wiring) => (
              <select
                {...wiring}
                value={period}
                onChange={(event) => setPeriod(event.target.value as BudgetPeriod)}
              >
                {budgetPeriod.values.map((value) => (
                  <option key={value} value={value}>
                    {t.words.budgetPeriod[value]}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </>
      )}
      <Field
        label={t.wallet.limit}
        unit="CNY"
        error={isTried && !isGood ? t.wallet.needAmount : null}
      >
        {(wiring) => (
          <input
            {...wiring}
            inputMode="decimal"
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
          />
        )}
      </Field>
      {set.error !== null && <Problem error={set.error} />}
    </Dialog>
  )
}

/** What a cap can be for: the account, its member, the key of this session. */
function useSubjects(account: string) {
  const session = useSession()
  const own = [{ scope: 'account' as const, id: account }]
  if (session.status !== 'signed_in') return own
  const { member, key } = session.who
  return [
    ...own,
    { scope: 'member' as const, id: member.id },
    { scope: 'key' as const, id: key.id },
  ]
}
