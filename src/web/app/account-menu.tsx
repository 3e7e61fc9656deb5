import { Link, useNavigate } from '@tanstack/react-router'
import { useText } from '../i18n/use-text.ts'
import { signOut, switchAccount, useSession } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/states.tsx'
import styles from './account-menu.module.css'
import { Menu } from './menu.tsx'

/** The chosen account; switches to another one, or signs out. Signed out: the way in. */
export function AccountMenu() {
  const t = useText()
  const session = useSession()
  const navigate = useNavigate()
  const change = useAction(switchAccount)
  const leave = useAction(signOut, () => void navigate({ to: '/sign-in' }))
  if (session.status === 'loading') return null
  if (session.status !== 'signed_in') {
    return (
      <Link to="/sign-in" className={styles['signIn']}>
        {t.shell.signIn}
      </Link>
    )
  }
  const { who, accounts } = session
  return (
    <Menu
      label={`${t.shell.account}: ${who.account.handle}`}
      button={<span className={styles['name']}>{who.account.handle}</span>}
    >
      {(close) => (
        <>
          <fieldset>
            <legend className={styles['legend']}>{t.shell.account}</legend>
            {accounts.map(({ account, member }) => (
              <label key={account.id} className={styles['account']}>
                <input
                  type="radio"
                  name="account"
                  checked={account.id === who.account.id}
                  onChange={() => {
                    change.run(account.id)
                    close()
                  }}
                />
                <span>
                  {account.handle}
                  <span className={styles['member']}>
                    {member.handle} · {account.id}
                  </span>
                </span>
              </label>
            ))}
          </fieldset>
          {leave.error !== null && <Problem error={leave.error} />}
          <Button small busy={leave.busy} onClick={() => leave.run(undefined)}>
            {t.shell.signOut}
          </Button>
        </>
      )}
    </Menu>
  )
}
