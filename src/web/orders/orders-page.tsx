import { SignedInOnly } from '../app/signed-in.tsx'
import { useText } from '../i18n/use-text.ts'
import { Page } from '../ui/page.tsx'
import { OwnOrders } from './own-orders.tsx'

export function OrdersPage() {
  const t = useText()
  return (
    <Page title={t.orders.title} lead={t.orders.lead}>
      <SignedInOnly>{(account) => <OwnOrders account={account} />}</SignedInOnly>
    </Page>
  )
}
