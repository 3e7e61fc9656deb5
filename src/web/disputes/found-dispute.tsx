import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { hasCode } from '../../client/index.ts'
import type { Dispute } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { disputeQuery } from '../state/queries.ts'
import { Empty, Loading, Problem } from '../ui/states.tsx'

/** A dispute by its id: what stands where it will be, and then what is made of it. */
export function FoundDispute({
  account,
  id,
  children,
}: {
  readonly account: string
  readonly id: string
  readonly children: (dispute: Dispute) => ReactNode
}) {
  const t = useText()
  const query = useQuery(disputeQuery(account, id))
  if (query.isPending) return <Loading lines={6} />
  if (query.isSuccess) return children(query.data)
  return hasCode(query.error, 'NOT_FOUND', 'MALFORMED') ? (
    <Empty title={t.disputes.unknown}>{t.disputes.unknownText}</Empty>
  ) : (
    <Problem error={query.error} onRetry={() => void query.refetch()} />
  )
}
