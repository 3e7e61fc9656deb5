import { Link } from '@tanstack/react-router'
import { useText } from '../i18n/use-text.ts'

/** The way to the public page of a report. */
export function ReportLink({
  digest,
  children,
}: {
  readonly digest: string
  readonly children?: string
}) {
  const t = useText()
  return (
    <Link to="/evaluations/$digest" params={{ digest }}>
      {children ?? t.evaluation.openReport}
    </Link>
  )
}
