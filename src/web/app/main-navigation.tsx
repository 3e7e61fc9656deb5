import { Link } from '@tanstack/react-router'
import { useText } from '../i18n/use-text.ts'
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

export function MainNavigation() {
  const t = useText()
  return (
    <nav className={styles['nav']} aria-label={t.shell.mainNavigation}>
      {SCREENS.map((screen) => (
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
