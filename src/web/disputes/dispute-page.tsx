import { Link, getRouteApi } from '@tanstack/react-router'
import { SignedInOnly } from '../app/signed-in.tsx'
import { useText } from '../i18n/use-text.ts'
import { useScope } from '../state/session.ts'
import { Page } from '../ui/page.tsx'
import { DisputePanel } from './dispute-panel.tsx'
import { FoundDispute } from './found-dispute.tsx'
import { ReportsPanel } from './reports-panel.tsx'
import { ResolvePanel } from './resolve-panel.tsx'

const route = getRouteApi('/disputes/$id')

/** One dispute: both sides, and how two persons of the operator decide it. */
export function DisputePage() {
  const t = useText()
  const { id } = route.useParams()
  const isOperator = useScope('admin')
  return (
    <Page
      title={`${t.disputes.dispute} ${id}`}
      actions={<Link to="/disputes">{t.disputes.all}</Link>}
    >
      <SignedInOnly>
        {(account) => (
          <FoundDispute key={`${account} ${id}`} account={account} id={id}>
            {(dispute) => (
              <>
                <DisputePanel dispute={dispute} />
                <ReportsPanel account={account} id={id} />
                {isOperator && dispute.decision === null && (
                  <ResolvePanel account={account} dispute={dispute} />
                )}
              </>
            )}
          </FoundDispute>
        )}
      </SignedInOnly>
    </Page>
  )
}
