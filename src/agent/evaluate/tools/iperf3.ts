/** Throughput to a server of iperf3 that the operator names; none is ever guessed. */
import type { ReportMetric } from '../../../messages/index.ts'
import { digestOf, runTool, type ToolOutput } from './run-tool.ts'
import { mustFind, toolMetric, ToolTrouble, type ToolFound, type ToolWorld } from './tool.ts'

const PORT = '5201'

/** Up and down, each one connection for a second a run after one to get going. */
export async function measureIperf3(world: ToolWorld): Promise<ToolFound> {
  const { choice, effort } = world
  const path = mustFind('iperf3')
  if (choice.iperf3 === null) throw new ToolTrouble('skipped', 'no server is named')
  const { host, port } = peerOf(choice.iperf3)
  const limitMs = (effort.runs + 15) * 1_000
  const way = async (name: string, more: readonly string[]): Promise<ReportMetric> => {
    const times = `-t ${effort.runs} -O 1 -i 1 --connect-timeout 3000`.split(' ')
    const args = ['-c', host, '-p', port, '-J', ...times, ...more]
    return parseIperf3(name, await runTool({ path, args, limitMs }))
  }
  const metrics = [
    await way('iperf3_up_kbit_per_s', []),
    await way('iperf3_down_kbit_per_s', ['-R']),
  ]
  const { stdout } = await runTool({ path, args: ['--version'], limitMs: 5_000 })
  const version = stdout.split('\n')[0]?.trim() ?? ''
  return { version, binary: digestOf(path), detail: `to ${host}:${port}, one connection`, metrics }
}

/** `host`, `host:port` or `[address]:port`. */
export function peerOf(named: string): { readonly host: string; readonly port: string } {
  const [, bracketed, plain, port = PORT] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(named) ?? []
  return { host: bracketed ?? plain ?? named, port }
}

interface Answer {
  readonly error?: string
  readonly intervals?: readonly {
    readonly sum: { readonly bits_per_second: number; readonly omitted: boolean }
  }[]
}

/** One run for each second that counts; throws ToolTrouble with the program's own word. */
export function parseIperf3(name: string, { code, stdout, stderr }: ToolOutput): ReportMetric {
  const { error, intervals = [] } = answerOf(stdout)
  if (code !== 0 || error !== undefined) {
    throw new ToolTrouble('failed', error ?? (stderr.trim() || `exit ${code ?? 'by signal'}`))
  }
  const counted = intervals.filter(({ sum }) => !sum.omitted)
  return toolMetric(
    name,
    counted.map(({ sum }) => sum.bits_per_second / 1_000),
  )
}

function answerOf(stdout: string): Answer {
  try {
    return JSON.parse(stdout) as Answer
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
