import type { ReportFacts } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Badge } from '../ui/badge.tsx'
import { Facts } from '../ui/facts.tsx'
import { Panel } from '../ui/panel.tsx'
import styles from './report.module.css'

/** What the exchange finds in the file, the hashes, and how anybody finds the same. */
export function EvidencePanel({ facts }: { readonly facts: ReportFacts }) {
  const t = useText()
  const { hashes } = t.evaluation
  const digest = facts.report_digest
  const file = `report-${digest.slice(0, 8)}.json`
  const address = `${window.location.origin}/v1/evaluations/${digest}`
  return (
    <Panel title={t.evaluation.evidenceTitle} note={t.evaluation.evidenceNote}>
      <div className={styles['evidence']}>
        <ul className={styles['checks']}>
          {facts.checks.map(({ check, ok }) => (
            <li key={check}>
              <span>{t.evaluation.checks[check]}</span>
              <Badge tone={ok ? 'good' : 'bad'}>
                {ok ? t.evaluation.holds : t.evaluation.fails}
              </Badge>
            </li>
          ))}
        </ul>
        <div className={styles['hashes']}>
          <Facts
            facts={[
              [hashes.report, <code>{digest}</code>],
              [hashes.root, <code>{facts.evidence_root}</code>],
              [hashes.inventory, <code>{facts.inventory_digest}</code>],
              [hashes.suite, <code>{facts.suite_digest}</code>],
              [hashes.reference, <code>{facts.reference_digest}</code>],
              [hashes.key, <code>{facts.public_key}</code>],
              [hashes.signature, <code>{facts.signature}</code>],
            ]}
          />
        </div>
      </div>
      <h3>{t.evaluation.verifyTitle}</h3>
      <p className="small muted">{t.evaluation.verifyText}</p>
      <pre className={styles['commands']} tabIndex={0}>
        {`curl -o ${file} ${address}\n./suan verify-report ${file}`}
      </pre>
    </Panel>
  )
}
