/** Which better tools may measure, as flags and variables say. */
import type { Command } from 'commander'
import { ALL_TOOLS, type ToolChoice } from '../../agent/index.ts'
import { toolName, type ToolName } from '../../messages/index.ts'
import { UsageError } from '../errors.ts'
import type { Shell } from '../shell.ts'

export interface ToolOptions {
  readonly tools?: string
  readonly iperf3?: string
  readonly gpuProbe?: string
}

export function withToolOptions(command: Command, { say }: Pick<Shell, 'say'>): Command {
  return command
    .option('--tools <names>', say('help.tools', { names: toolName.values.join(', ') }))
    .option('--iperf3 <server>', say('help.iperf3'))
    .option('--gpu-probe <image>', say('help.gpuProbe'))
}

/** Flag before variable (SUAN_TOOLS, SUAN_IPERF3, SUAN_GPU_PROBE); without either, all that are found. */
export function toolChoice(
  options: ToolOptions,
  env: NodeJS.ProcessEnv,
  { say }: Pick<Shell, 'say'>,
): ToolChoice {
  const told = options.tools ?? env['SUAN_TOOLS'] ?? 'all'
  const names = told === 'none' ? [] : told === 'all' ? ALL_TOOLS.names : told.split(',')
  const unknown = names.find((name) => !isTool(name))
  if (unknown !== undefined) {
    const known = toolName.values.join(', ')
    throw new UsageError(say('evaluate.unknownTool', { name: unknown, names: known }))
  }
  return {
    names: names.filter(isTool),
    iperf3: options.iperf3 ?? env['SUAN_IPERF3'] ?? null,
    gpuProbe: options.gpuProbe ?? env['SUAN_GPU_PROBE'] ?? null,
  }
}

const isTool = (name: string): name is ToolName => toolName.values.some((one) => one === name)
