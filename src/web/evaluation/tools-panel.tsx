import type { ReportTool } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Badge } from '../ui/badge.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'

/** Which better tools measured, which they were, and why the others did not. */
export function ToolsPanel({ tools }: { readonly tools: readonly ReportTool[] }) {
  const t = useText()
  return (
    <Panel flush title={t.evaluation.toolsTitle} note={t.evaluation.toolsNote}>
      <DataTable
        caption={t.evaluation.toolsTitle}
        rows={tools}
        rowKey={({ name }) => name}
        empty={t.evaluation.notMeasured}
        columns={[
          { head: t.evaluation.tool, cell: ({ name }) => name },
          {
            head: t.evaluation.toolState,
            cell: ({ state }) => (
              <Badge tone={state === 'used' ? 'good' : state === 'failed' ? 'bad' : 'neutral'}>
                {t.evaluation.toolStates[state]}
              </Badge>
            ),
          },
          { head: t.evaluation.toolVersion, cell: ({ version }) => version },
          { head: t.evaluation.toolDetail, cell: ({ detail }) => detail },
          {
            head: t.evaluation.toolBinary,
            wide: true,
            cell: ({ binary }) => (binary === null ? '–' : <code>{binary.slice(0, 12)}</code>),
          },
        ]}
      />
    </Panel>
  )
}
