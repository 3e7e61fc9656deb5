import type { MonitorSubject } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Badge, type Tone } from '../ui/badge.tsx'

/** Of a machine its state, of others how many of theirs report. */
export function StateBadge({ subject }: { readonly subject: MonitorSubject }) {
  const t = useText()
  const { nodes, nodes_reporting: reporting } = subject
  if (subject.kind !== 'node') {
    const tone = reporting === nodes ? 'good' : reporting === 0 ? 'bad' : 'warn'
    return (
      <Badge tone={nodes === 0 ? 'neutral' : tone}>{t.monitor.reportingOf(reporting, nodes)}</Badge>
    )
  }
  const [word, tone] = stateOf(subject)
  return <Badge tone={tone}>{t.monitor.states[word] ?? word}</Badge>
}

function stateOf({ connected, reporting, status }: MonitorSubject): [string, Tone] {
  if (connected === false) return ['away', 'bad']
  if (!reporting) return ['silent', 'warn']
  return [status ?? 'online', status === 'online' ? 'good' : 'warn']
}
