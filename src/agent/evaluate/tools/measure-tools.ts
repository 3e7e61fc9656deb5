/** All better tools, one after the other: what was there and what it measured, or why it gave nothing. */
import { toolName, type ToolName, type ToolReport } from '../../../messages/index.ts'
import { measureFio } from './fio.ts'
import { measureByContainer } from './gpu-probe.ts'
import { measureIperf3 } from './iperf3.ts'
import { measureNvidia } from './nvidia.ts'
import { measureOpenblas } from './openblas.ts'
import { ToolTrouble, type ToolChoice, type ToolFound, type ToolWorld } from './tool.ts'

const TOOLS: Readonly<Record<ToolName, (world: ToolWorld) => Promise<ToolFound>>> = {
  fio: measureFio,
  iperf3: measureIperf3,
  openblas: measureOpenblas,
  'nvidia-smi': measureNvidia,
  'gpu-probe': measureByContainer,
}

/** Every tool that is found may be used; nothing is asked of other machines. */
export const ALL_TOOLS: ToolChoice = { names: toolName.values, iperf3: null, gpuProbe: null }
export const NO_TOOLS: ToolChoice = { names: [], iperf3: null, gpuProbe: null }

/** In the order of reports. A tool that fails is told of and holds up nothing. */
export async function measureTools(world: ToolWorld): Promise<ToolReport[]> {
  const reports: ToolReport[] = []
  for (const name of toolName.values) reports.push(await reportOf(name, world))
  return reports
}

async function reportOf(name: ToolName, world: ToolWorld): Promise<ToolReport> {
  if (!world.choice.names.includes(name)) return nothing(name, 'skipped', 'not asked for')
  try {
    const { version, binary, detail, metrics } = await TOOLS[name](world)
    return { name, state: 'used', version, binary, detail, metrics }
  } catch (error) {
    if (!(error instanceof ToolTrouble)) throw error
    return nothing(name, error.state, error.message)
  }
}

const nothing = (name: ToolName, state: ToolReport['state'], detail: string): ToolReport => ({
  name,
  state,
  version: '',
  binary: null,
  detail: detail.replace(/\s+/g, ' ').slice(0, 256),
  metrics: [],
})
