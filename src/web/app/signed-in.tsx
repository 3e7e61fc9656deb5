import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { loadSession, useSession } from '../state/session.ts'
import { Empty, Loading, Problem } from '../ui/states.tsx'

/** Shows its content to an account, by id; otherwise the way to sign in. */
export function SignedInOnly({ children }: { readonly children: (account: string) => ReactNode }) {
  const t = useText()
  const session = useSession()
  if (session.status === 'loading') return <Loading />
  if (session.status === 'failed') {
    return <Problem error={session.error} onRetry={() => void loadSession()} />
  }
  if (session.status === 'signed_out') {
    return (
      <Empty title={t.shell.signInFirst}>
        <p>{t.shell.signInWhy}</p>
        <p>
          <Link to="/sign-in">{t.shell.signIn}</Link>
        </p>
      </Empty>
    )
  }
  return children(session.who.account.id)
}
