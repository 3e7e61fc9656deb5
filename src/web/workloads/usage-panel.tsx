import { useState } from 'react'
import type { LeaseSample } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { LineChart } from '../monitor/line-chart.tsx'
import { useChannel } from '../state/stream.tsx'
import { Panel } from '../ui/panel.tsx'
import { kept, usedCores } from './usage.ts'

/** What the lease of a running workload uses, second by second, since the page is open. */
export function UsagePanel({
  workload,
  cores,
}: {
  readonly workload: string
  /** that were bought */
  readonly cores: number
}) {
  const t = useText()
  const format = useFormat()
  const [samples, setSamples] = useState<readonly LeaseSample[]>([])
  useChannel('metrics', { workload_id: workload }, ({ data }) =>
    setSamples((before) => kept(before, data)),
  )
  const last = samples.at(-1)
  const first = samples.at(0)
  const times = [first, last].map((one) => (one === undefined ? '' : format.clock(one.at)))
  const shared = { times: [times[0] ?? '', times[1] ?? ''] as const, empty: t.workloads.noUsage }
  const memory = samples.map((one) => one.memory_mib)
  return (
    <Panel title={t.workloads.usage} note={t.workloads.usageNote}>
      <LineChart
        {...shared}
        label={t.workloads.usedCores}
        top={cores}
        format={(value) => format.number(value, { min: 0, max: 2 })}
        lines={[{ name: t.workloads.usedCores, colour: 'blue', values: usedCores(samples) }]}
      />
      {memory.some((value) => value !== null) && (
        <LineChart
          {...shared}
          label={t.workloads.usedMemory}
          format={(value) => format.memory(value)}
          lines={[{ name: t.workloads.usedMemory, colour: 'green', values: memory }]}
        />
      )}
    </Panel>
  )
}
