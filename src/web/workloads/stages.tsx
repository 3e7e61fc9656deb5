import type { Allocation, Workload } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { stagesOf } from './stage-list.ts'
import styles from './workloads.module.css'

/** How far what was ordered has come: done steps, the one under way, those to come. */
export function Stages({
  allocation,
  workload,
}: {
  readonly allocation: Allocation | null
  readonly workload: Workload | null
}) {
  const t = useText()
  return (
    <ol className={styles['stages']} aria-label={t.workloads.stages}>
      {stagesOf(allocation, workload).map(({ stage, state }) => (
        <li key={stage} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
          <span className={styles['dot']} aria-hidden="true">
            {state === 'done' ? '✓' : ''}
          </span>
          {t.rent.stages[stage]}
        </li>
      ))}
    </ol>
  )
}
