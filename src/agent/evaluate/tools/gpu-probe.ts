/**
 * The cards by a container that the operator names, with CUDA or PyTorch inside: Node reaches no card.
 * What the container is given and must print stands in docs/evaluation.md. No card was at hand.
 */
import { TOOL_METRICS } from '../../../messages/index.ts'
import { findProgram } from '../../inspect/engines.ts'
import { runTool, type ToolOutput } from './run-tool.ts'
import { toolMetric, ToolTrouble, type ToolFound, type ToolWorld } from './tool.ts'

const LIMIT_MS = 180_000

/** How each engine hands all cards to a container. */
const CARDS = {
  docker: ['--gpus', 'all'],
  podman: ['--device', 'nvidia.com/gpu=all'],
} as const
const ENGINES = ['docker', 'podman'] as const
type Engine = (typeof ENGINES)[number]

/** 1 find image and engine, 2 learn which bytes the image is, 3 run it, 4 read its last line. */
export async function measureByContainer(world: ToolWorld): Promise<ToolFound> {
  const image = world.choice.gpuProbe
  if (image === null) throw new ToolTrouble('skipped', 'no image is named')
  const { engine, path, id } = await holderOf(image)
  const name = `suan-probe-${process.pid}`
  const args = argsOf(engine, name, image, world)
  try {
    const output = await runTool({ path, args, limitMs: LIMIT_MS })
    return { ...parseProbe(output), binary: id, detail: `${image} by ${engine}`.slice(0, 256) }
  } finally {
    // Ended early, the client leaves its container to the engine.
    await runTool({ path, args: ['rm', '--force', name], limitMs: 20_000 })
  }
}

/** No network, nothing to write to, nothing fetched: the operator has put the image there. */
export function argsOf(
  engine: Engine,
  name: string,
  image: string,
  { effort }: Pick<ToolWorld, 'effort'>,
): string[] {
  const closed = ['--network', 'none', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL']
  const told = ['--env', `SUAN_RUNS=${effort.runs}`, '--env', `SUAN_RUN_MS=${effort.runMs}`]
  const run = ['run', '--rm', '--pull', 'never', '--name', name]
  return [...run, ...closed, ...told, ...CARDS[engine], image]
}

/** The engine that has the image, and the image's id: the sha256 of its configuration, hex. */
async function holderOf(
  image: string,
): Promise<{ readonly engine: Engine; readonly path: string; readonly id: string }> {
  const paths = ENGINES.flatMap((engine) => {
    const path = findProgram(engine)
    return path === null ? [] : [{ engine, path }]
  })
  if (paths.length === 0) throw new ToolTrouble('absent', 'neither docker nor podman on PATH')
  for (const { engine, path } of paths) {
    const args = ['image', 'inspect', '--format', '{{.Id}}', image]
    const { code, stdout } = await runTool({ path, args, limitMs: 10_000 })
    const id = stdout.trim().replace(/^sha256:/, '')
    if (code === 0 && /^[0-9a-f]{64}$/.test(id)) return { engine, path, id }
  }
  throw new ToolTrouble('absent', `no engine here has the image ${image}`)
}

interface Answer {
  readonly version?: unknown
  readonly metrics?: Readonly<Record<string, unknown>>
}

/** `{"version": "…", "metrics": {"gpu_fp16_gflops": [1, 2, …]}}` as the last line that is not empty. */
export function parseProbe({
  code,
  stdout,
  stderr,
}: ToolOutput): Omit<ToolFound, 'binary' | 'detail'> {
  const lastOf = (text: string): string => text.trim().split('\n').at(-1) ?? ''
  if (code !== 0) throw new ToolTrouble('failed', lastOf(stderr) || `exit ${code ?? 'by signal'}`)
  const { version, metrics = {} } = answerOf(lastOf(stdout))
  const wanted = Object.keys(TOOL_METRICS).filter((one) => TOOL_METRICS[one]?.tool === 'gpu-probe')
  const unknown = Object.keys(metrics).find((one) => !wanted.includes(one))
  if (unknown !== undefined) throw new ToolTrouble('failed', `unknown metric ${unknown}`)
  return {
    version: typeof version === 'string' ? version.slice(0, 96) : '',
    metrics: wanted.flatMap((one) => {
      const runs = metrics[one]
      return isNumbers(runs) ? [toolMetric(one, runs)] : []
    }),
  }
}

function answerOf(line: string): Answer {
  try {
    const answer: unknown = JSON.parse(line)
    if (typeof answer === 'object' && answer !== null) return answer
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new ToolTrouble('failed', 'its last line is not JSON')
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isFinite(one))
}
