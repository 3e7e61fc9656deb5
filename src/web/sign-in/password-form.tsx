import { useState } from 'react'
import { hasCode } from '../../client/index.ts'
import { useText } from '../i18n/use-text.ts'
import { signInByPassword } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Problem } from '../ui/states.tsx'
import styles from './sign-in.module.css'

export function PasswordForm({ onDone }: { readonly onDone: () => void }) {
  const t = useText()
  const [handle, setHandle] = useState('')
  const [password, setPassword] = useState('')
  const [isIncomplete, setIsIncomplete] = useState(false)
  const enter = useAction(() => signInByPassword(handle.trim(), password), onDone)
  const isRefused = enter.error !== null && hasCode(enter.error, 'UNAUTHENTICATED')
  const said = isIncomplete ? t.shell.needHandle : isRefused ? t.shell.passwordWrong : null
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        const isWhole = handle.trim() !== '' && password !== ''
        setIsIncomplete(!isWhole)
        if (isWhole) enter.run(undefined)
      }}
    >
      {said !== null && (
        <p role="alert" className={styles['refused']}>
          {said}
        </p>
      )}
      {enter.error !== null && !isRefused && <Problem error={enter.error} />}
      <Field label={t.shell.handle}>
        {(wiring) => (
          <input
            {...wiring}
            value={handle}
            autoComplete="username"
            spellCheck={false}
            onChange={(event) => setHandle(event.target.value)}
          />
        )}
      </Field>
      <Field label={t.shell.password}>
        {(wiring) => (
          <input
            {...wiring}
            type="password"
            value={password}
            autoComplete="current-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button tone="primary" type="submit" busy={enter.busy}>
        {t.shell.signIn}
      </Button>
    </form>
  )
}
