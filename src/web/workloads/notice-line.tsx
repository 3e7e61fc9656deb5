import { dueNotice, type Allocation } from '../../wire/index.ts'
import { formatRunning } from '../format/time.ts'
import { useText } from '../i18n/use-text.ts'
import { useServerNow } from '../state/clock.ts'
import { Badge } from '../ui/badge.tsx'

/** What programs of the allocation are told of its end, with the time that is left; nothing before. */
export function NoticeLine({ allocation }: { readonly allocation: Allocation }) {
  const t = useText()
  const nowMs = useServerNow(allocation.leases.some(({ notice }) => notice !== null))
  const notice = dueNotice(allocation.leases, nowMs)
  if (notice === null) return null
  const left = formatRunning((Date.parse(notice.ends_at) - nowMs) / 1_000)
  return (
    <span title={t.words.leaseEnd[notice.reason]}>
      <Badge tone="warn">{t.workloads.notice[notice.kind](left)}</Badge>
    </span>
  )
}
