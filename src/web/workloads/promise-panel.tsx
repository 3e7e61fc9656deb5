import { useQuery } from '@tanstack/react-query'
import type { LeaseSla } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { leaseSlaQuery } from '../state/queries.ts'
import { Facts } from '../ui/facts.tsx'
import { Panel } from '../ui/panel.tsx'
import { Loading, Problem } from '../ui/states.tsx'

/** What a lease promises, which minutes failed, and what was paid for them. */
export function PromisePanel({
  account,
  lease,
}: {
  readonly account: string
  readonly lease: string
}) {
  const t = useText()
  const query = useQuery(leaseSlaQuery(account, lease))
  const name = query.data?.promise?.profile.name
  return (
    <Panel
      title={t.workloads.promise}
      note={name === undefined ? lease : t.workloads.promiseOf(lease, name)}
    >
      {query.isPending ? (
        <Loading lines={2} />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Kept sla={query.data} />
      )}
    </Panel>
  )
}

function Kept({ sla }: { readonly sla: LeaseSla }) {
  const t = useText()
  const format = useFormat()
  if (sla.promise === null) return <p className="small muted">{t.workloads.promisesNothing}</p>
  const excused = minutesOf(sla.breaches.filter((one) => one.excused !== null))
  const failed = minutesOf(sla.breaches)
  const money = (text: string): string => format.money(text, {}, sla.currency)
  return (
    <Facts
      facts={[
        [t.workloads.promised, format.ppm(sla.promise.profile.availability_ppm)],
        [
          t.workloads.failed,
          failed === 0 ? t.workloads.nothingFailed : t.workloads.minutes(failed),
        ],
        ...(failed === 0
          ? []
          : ([
              [t.workloads.excused, t.workloads.minutes(excused)],
              [t.workloads.uncharged, format.duration(sla.uncharged_seconds)],
            ] as const)),
        [t.workloads.credited, money(sla.credited)],
        ...(sla.judged_at === null
          ? []
          : ([[t.workloads.judgedBy, format.moment(sla.judged_at)]] as const)),
      ]}
    />
  )
}

function minutesOf(breaches: LeaseSla['breaches']): number {
  return breaches.reduce((sum, one) => sum + one.until_minute - one.from_minute, 0)
}
