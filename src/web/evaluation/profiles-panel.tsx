import type { ReportFacts } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { Facts } from '../ui/facts.tsx'
import { Panel } from '../ui/panel.tsx'

/** What the machine is worth for each kind of use. */
export function ProfilesPanel({ facts }: { readonly facts: ReportFacts }) {
  const t = useText()
  const format = useFormat()
  return (
    <Panel title={t.evaluation.profilesTitle} note={t.evaluation.profilesNote}>
      <Facts
        facts={facts.profiles.map(({ profile, points, missing }) => [
          t.evaluation.profiles[profile],
          points === null ? (
            <span className="muted">
              {t.evaluation.needs(missing.map((one) => t.evaluation.dimensions[one]).join(', '))}
            </span>
          ) : (
            <strong>{format.number(points)}</strong>
          ),
        ])}
      />
    </Panel>
  )
}
