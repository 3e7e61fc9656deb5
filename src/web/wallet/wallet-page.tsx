import { SignedInOnly } from '../app/signed-in.tsx'
import { useText } from '../i18n/use-text.ts'
import { Page } from '../ui/page.tsx'
import { BalancePanel } from './balance-panel.tsx'
import { BudgetsPanel } from './budgets-panel.tsx'
import { LedgerPanel } from './ledger-panel.tsx'
import { UsagePanel } from './usage-panel.tsx'

export function WalletPage() {
  const t = useText()
  return (
    <Page title={t.wallet.title} lead={t.wallet.lead}>
      <SignedInOnly>
        {(account) => (
          <>
            <BalancePanel account={account} />
            <BudgetsPanel account={account} />
            <UsagePanel account={account} />
            <LedgerPanel account={account} />
          </>
        )}
      </SignedInOnly>
    </Page>
  )
}
