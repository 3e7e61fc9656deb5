import { useQuery } from '@tanstack/react-query'
import type { Node } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { hubsQuery, productsQuery } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { useSettings } from '../state/settings.ts'
import { useAction } from '../state/use-action.ts'
import { Badge } from '../ui/badge.tsx'
import { Facts } from '../ui/facts.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Problem } from '../ui/states.tsx'
import styles from './provider.module.css'

const CHOICES = ['online', 'draining', 'maintenance'] as const
type Choice = (typeof CHOICES)[number]
const isChoice = (status: string): status is Choice => CHOICES.some((one) => one === status)

/** Which machine it is, how it is doing, and the switch between selling and resting. */
export function MachinePanel({ node }: { readonly node: Node }) {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  const hub = useQuery(hubsQuery).data?.data.find((one) => one.id === node.hub_id)
  const products = useQuery(productsQuery).data?.data ?? []
  const change = useAction((status: Choice) =>
    api().setNodeStatus({ params: { node_id: node.id }, body: { status } }),
  )
  const graded = node.grades.map(({ product_id: id, grade }) => {
    const code = products.find((one) => one.id === id)?.code ?? id
    return `${code}: ${grade}`
  })
  return (
    <Panel
      title={node.handle}
      note={node.id}
      actions={
        <>
          <Badge tone={node.status === 'online' ? 'good' : 'warn'}>
            {t.words.nodeStatus[node.status]}
          </Badge>
          <Badge tone={node.connected ? 'good' : 'bad'}>
            {node.connected ? t.provider.connected : t.provider.notConnected}
          </Badge>
        </>
      }
    >
      <div className={styles['stack']}>
        <Facts
          columns
          facts={[
            [t.provider.hub, hub?.name[language] ?? node.hub_id],
            [t.provider.site, node.site_id],
            [t.provider.isolation, t.words.isolation[node.isolation]],
            [t.provider.grades, graded.length === 0 ? t.provider.noGrades : graded.join(' · ')],
            [t.provider.meter, format.number(node.meter_period)],
            [
              t.provider.key,
              <code title={node.public_key}>{`${node.public_key.slice(0, 16)}…`}</code>,
            ],
          ]}
        />
        {isChoice(node.status) && (
          <div className={styles['switch']}>
            <Segmented
              label={t.provider.setStatus}
              shown
              value={node.status}
              options={CHOICES.map((value) => ({ value, label: t.words.nodeStatus[value] }))}
              onChange={change.run}
            />
            <p className="small muted">{t.provider.statusHint[node.status]}</p>
          </div>
        )}
        {change.error !== null && <Problem error={change.error} />}
      </div>
    </Panel>
  )
}
