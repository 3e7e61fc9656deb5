import { Link } from '@tanstack/react-router'
import { useText } from '../i18n/use-text.ts'
import { useScope } from '../state/session.ts'
import styles from './main-navigation.module.css'

const SCREENS = [
  'market',
  'catalog',
  'rent',
  'workloads',
  'orders',
  'provider',
  'monitor',
  'wallet',
] as const

/** Screens of the operator. */
const OFFICE = ['disputes'] as const

export function MainNavigation() {
  const t = useText()
  const screens = useScope('admin') ? [...SCREENS, ...OFFICE] : SCREENS
  return (
    <nav className={styles['nav']} aria-label={t.shell.mainNavigation}>
      {screens.map((screen) => (
        <Link
          key={screen}
          to={`/${screen}`}
          className={styles['link']}
          activeProps={{ className: `${styles['link']} ${styles['here']}` }}
        >
          {t.shell[screen]}
        </Link>
      ))}
    </nav>
  )
}
