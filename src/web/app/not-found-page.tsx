import { Link } from '@tanstack/react-router'
import { useText } from '../i18n/use-text.ts'
import { Page } from '../ui/page.tsx'

export function NotFoundPage() {
  const t = useText()
  return (
    <Page title={t.errors.notFoundTitle} lead={t.errors.notFoundText}>
      <p>
        <Link to="/market">{t.errors.toMarket}</Link>
      </p>
    </Page>
  )
}
