/** A signed report, public: what was measured, what it is compared with, and how to check it. */
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReportFacts } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { PublishedPanel } from '../published/published-panel.tsx'
import { reportQuery, type Hardware } from '../state/queries.ts'
import { useSettings } from '../state/settings.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Facts } from '../ui/facts.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Loading, Problem } from '../ui/states.tsx'
import { DimensionsPanel } from './dimensions-panel.tsx'
import { EvidencePanel } from './evidence-panel.tsx'
import { HistoryPanel } from './history-panel.tsx'
import { MetricsPanel } from './metrics-panel.tsx'
import { ConditionsPanel, NominalPanel } from './nominal-panel.tsx'
import { ProfilesPanel } from './profiles-panel.tsx'
import { ToolsPanel } from './tools-panel.tsx'
import styles from './report.module.css'

export function ReportPage() {
  const t = useText()
  const { digest } = useParams({ from: '/evaluations/$digest' })
  const query = useQuery(reportQuery(digest))
  if (query.isPending || query.isError) {
    return (
      <Page title={t.evaluation.title} lead={t.evaluation.lead}>
        {query.isPending ? (
          <Loading lines={6} />
        ) : (
          <Problem error={query.error} onRetry={() => void query.refetch()} />
        )}
      </Page>
    )
  }
  return <Report facts={query.data} />
}

function Report({ facts }: { readonly facts: ReportFacts }) {
  const t = useText()
  const file = `/v1/evaluations/${facts.report_digest}`
  return (
    <Page
      title={t.evaluation.titleOf(facts.node_handle)}
      lead={t.evaluation.lead}
      actions={
        <div className={styles['actions']}>
          <a href={file} download={`${fileName(facts)}.json`}>
            {t.evaluation.download}
          </a>
          <Button small onClick={() => window.print()}>
            {t.evaluation.print}
          </Button>
        </div>
      }
    >
      <HeadPanel facts={facts} />
      <DimensionsPanel facts={facts} />
      <div className={styles['pair']}>
        <NominalPanel facts={facts} />
        <div className={styles['column']}>
          <ProfilesPanel facts={facts} />
          <ConditionsPanel facts={facts} />
        </div>
      </div>
      <MetricsPanel facts={facts} />
      <PublishedPanel hardware={hardwareOf(facts)} />
      <ToolsPanel tools={facts.tools} />
      <EvidencePanel facts={facts} />
      <HistoryPanel node={facts.node_id} shown={facts.report_digest} />
    </Page>
  )
}

/** Its processor and each kind of card. */
function hardwareOf({ nominal }: ReportFacts): Hardware[] {
  const cards = [...new Set(nominal.gpus.map(({ name }) => name))]
  return [
    ...(nominal.cpu_model === '' ? [] : [{ kind: 'cpu', model: nominal.cpu_model } as const]),
    ...cards.map((model) => ({ kind: 'gpu', model }) as const),
  ]
}

function fileName({ node_handle: handle, report_digest: digest }: ReportFacts): string {
  return `report-${handle}-${digest.slice(0, 8)}`
}

/** What it is of, when, by whom, and whether it rates. */
function HeadPanel({ facts }: { readonly facts: ReportFacts }) {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  const { nominal } = facts
  const isExpired = facts.checks.some(({ check, ok }) => check === 'expiry' && !ok)
  const unrated = [...new Set(facts.dimensions.flatMap((one) => one.unrated))]
  const reasons = facts.rated ? unrated : facts.reasons
  return (
    <Panel
      title={`${facts.node_handle} · ${facts.hub.name[language]}`}
      note={t.evaluation.machine(
        nominal.cpu_model,
        nominal.cores,
        format.memory(nominal.memory_mib),
      )}
      actions={
        <>
          <Badge tone={facts.rated ? 'good' : 'warn'}>
            {facts.rated ? t.evaluation.rated : t.evaluation.notRated}
          </Badge>
          {isExpired && <Badge tone="bad">{t.evaluation.expired}</Badge>}
          <Badge tone={facts.standing ? 'accent' : 'neutral'}>
            {facts.standing ? t.evaluation.standing : t.evaluation.notStanding}
          </Badge>
        </>
      }
    >
      <Facts
        columns
        facts={[
          [
            t.evaluation.node,
            <Link to="/nodes/$id" params={{ id: facts.node_id }}>
              {facts.node_handle}
            </Link>,
          ],
          [
            t.evaluation.site,
            <Link to="/sites/$id" params={{ id: facts.site_id }}>
              {facts.site_handle}
            </Link>,
          ],
          [t.evaluation.suite, facts.suite],
          [t.evaluation.measuredAt, format.moment(facts.measured_at)],
          [t.evaluation.expiresAt, format.moment(facts.expires_at)],
          [t.evaluation.by, facts.independent ? t.evaluation.independent : t.evaluation.ownReport],
        ]}
      />
      {reasons.length > 0 && (
        <div className={styles['why']} data-tone={facts.rated ? 'note' : 'warn'}>
          <p>{facts.rated ? t.evaluation.whyPart : t.evaluation.why}</p>
          <ul>
            {reasons.map((reason) => (
              <li key={reason}>
                {t.evaluation.unratedReasons[reason]} <code>{reason}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  )
}
