import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useText } from '../i18n/use-text.ts'
import { statusQuery } from '../state/queries.ts'
import { useSession } from '../state/session.ts'
import { AccountMenu } from './account-menu.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { FillNews } from './fill-news.tsx'
import { MainNavigation } from './main-navigation.tsx'
import { SettingsMenu } from './settings-menu.tsx'
import styles from './shell.module.css'

/** What surrounds every screen: play-money notice, navigation, account, settings, connection. */
export function Shell() {
  const t = useText()
  const status = useQuery(statusQuery)
  const session = useSession()
  const isWall = useRouterState({ select: (state) => state.location.pathname === '/wall' })
  const isSandbox =
    status.data?.sandbox === true || (session.status === 'signed_in' && session.who.sandbox)
  // The wall has the whole screen to itself.
  if (isWall) return <Main />
  return (
    <>
      <a className={styles['skip']} href="#main">
        {t.shell.skip}
      </a>
      {isSandbox && <p className={styles['sandbox']}>{t.shell.playMoney}</p>}
      <header className={styles['header']}>
        <Link to="/market" className={styles['brand']}>
          <span className={styles['mark']} aria-hidden="true">
            算
          </span>
          Suan
        </Link>
        <MainNavigation />
        <div className={styles['tools']}>
          <AccountMenu />
          <SettingsMenu />
        </div>
      </header>
      <ConnectionNotice />
      <Main />
      <FillNews />
    </>
  )
}

/** The screen; gets the focus when another screen is opened, so that a reader begins at its top. */
function Main() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const ref = useRef<HTMLElement>(null)
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    ref.current?.focus({ preventScroll: true })
  }, [path])
  return (
    <main id="main" ref={ref} tabIndex={-1}>
      <Outlet />
    </main>
  )
}
