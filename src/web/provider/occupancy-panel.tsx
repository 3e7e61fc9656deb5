import type { Node, Resources } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { Panel } from '../ui/panel.tsx'
import { StackBar, type PartColour } from '../ui/stack-bar.tsx'
import styles from './provider.module.css'

const PARTS = ['reserve', 'free', 'held', 'leased', 'committed'] as const
const COLOURS: Readonly<Record<(typeof PARTS)[number], PartColour>> = {
  reserve: 'grey',
  free: 'green',
  held: 'pale',
  leased: 'blue',
  committed: 'amber',
}
const KINDS = ['cores', 'memory_mib', 'disk_mib', 'cards'] as const

/** Where each resource of a machine is: the parts always sum to what was attested. */
export function OccupancyPanel({ node }: { readonly node: Node }) {
  const t = useText()
  const format = useFormat()
  const names: Readonly<Record<keyof Resources, string>> = {
    cores: t.provider.cores,
    memory_mib: t.provider.memory,
    disk_mib: t.provider.disk,
    cards: t.provider.cards,
  }
  const amount = (kind: keyof Resources, value: number) =>
    kind === 'cores' || kind === 'cards' ? format.number(value) : format.memory(value)
  return (
    <Panel title={t.provider.occupancy} note={t.provider.occupancyNote}>
      <div className={styles['stack']}>
        {KINDS.filter((kind) => node.attested[kind] > 0).map((kind) => (
          <div key={kind} className={styles['resource']}>
            <h3>
              {names[kind]}{' '}
              <span className="small muted">
                {t.provider.ofTotal(amount(kind, node.attested[kind]))}
              </span>
            </h3>
            <StackBar
              label={names[kind]}
              parts={PARTS.map((part) => ({
                colour: COLOURS[part],
                name: t.provider.parts[part],
                share: node[part][kind] / node.attested[kind],
                text: amount(kind, node[part][kind]),
              }))}
            />
          </div>
        ))}
      </div>
    </Panel>
  )
}
