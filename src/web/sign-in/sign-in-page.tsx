import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { hasCode } from '../../client/index.ts'
import { useText } from '../i18n/use-text.ts'
import { loadSession, signInByTokens } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Page } from '../ui/page.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Loading, Problem } from '../ui/states.tsx'
import { LinkForm } from './link-form.tsx'
import { PasswordForm } from './password-form.tsx'
import styles from './sign-in.module.css'
import { tokensOf } from './tokens.ts'

/** Uses the tokens behind the # of the address at once; otherwise asks for a link or a password. */
export function SignInPage() {
  const t = useText()
  const navigate = useNavigate()
  const [way, setWay] = useState<'link' | 'password'>('link')
  const enter = (): void => void navigate({ to: '/market', replace: true })
  const link = useAction(signInByTokens, enter)
  const isTried = useRef(false)
  useEffect(() => {
    if (isTried.current) return
    isTried.current = true
    const tokens = tokensOf(location.hash)
    // A token must not stay in the address or the history.
    history.replaceState(history.state, '', '/sign-in')
    if (tokens.length > 0) link.run(tokens)
    else void loadSession()
  }, [link])
  return (
    <Page title={t.shell.signIn} lead={t.shell.signInLead}>
      <div className={styles['card']}>
        {link.busy ? (
          <Loading />
        ) : (
          <>
            <Segmented
              label={t.shell.signIn}
              value={way}
              options={[
                { value: 'link', label: t.shell.byLink },
                { value: 'password', label: t.shell.byPassword },
              ]}
              onChange={setWay}
            />
            {way === 'link' && <LinkError error={link.error} />}
            {way === 'link' ? (
              <LinkForm onTokens={(tokens) => link.run(tokens)} />
            ) : (
              <PasswordForm onDone={enter} />
            )}
          </>
        )}
      </div>
    </Page>
  )
}

function LinkError({ error }: { readonly error: unknown }) {
  const t = useText()
  if (error === null) return null
  if (!hasCode(error, 'UNAUTHENTICATED', 'KEY_EXPIRED')) return <Problem error={error} />
  return (
    <p role="alert" className={styles['refused']}>
      {t.shell.linkUsed}
    </p>
  )
}
