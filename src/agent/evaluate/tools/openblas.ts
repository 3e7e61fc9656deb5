/** Matrix products by OpenBLAS, where Python can call it. */
import { availableParallelism } from 'node:os'
import { OPENBLAS_PROGRAM } from './openblas-program.ts'
import { digestOf, runTool, type ToolOutput } from './run-tool.ts'
import { mustFind, toolMetric, ToolTrouble, type ToolFound, type ToolWorld } from './tool.ts'

const LIMIT_MS = 60_000

interface Product {
  readonly runs: readonly number[]
  readonly shares: readonly number[]
}
interface Answer {
  readonly absent?: true
  readonly version: string
  readonly library: string | null
  readonly exact: boolean
  readonly d: Product
  readonly s: Product
}

/** All processors, double and single precision; the product must be the exact one. */
export async function measureOpenblas({ effort }: ToolWorld): Promise<ToolFound> {
  const path = mustFind('python3')
  const told = [effort.runs, effort.runMs, availableParallelism()].map(String)
  const args = ['-I', '-', ...told]
  const output = await runTool({ path, args, input: OPENBLAS_PROGRAM, limitMs: LIMIT_MS })
  const { version, library, d, s } = parseOpenblas(output)
  return {
    version: version.trim().slice(0, 96),
    // Where the system does not tell which library was loaded, it is Python that is known.
    binary: digestOf(library ?? path),
    detail: `order 1024, ${told[2]} threads, ${library ?? path}`.slice(0, 256),
    metrics: [
      toolMetric('openblas_dgemm_mflops', d.runs, d.shares),
      toolMetric('openblas_sgemm_mflops', s.runs, s.shares),
    ],
  }
}

/** Reads the program's answer; throws ToolTrouble when there is no library, or it computed wrongly. */
export function parseOpenblas({ code, stdout, stderr }: ToolOutput): Answer {
  if (code !== 0) {
    const last = stderr.trim().split('\n').at(-1) ?? ''
    throw new ToolTrouble('failed', last === '' ? `exit ${code ?? 'by signal'}` : last)
  }
  const answer = JSON.parse(stdout) as Answer
  if (answer.absent === true) {
    throw new ToolTrouble('absent', 'no OpenBLAS that python3 can load')
  }
  if (!answer.exact) throw new ToolTrouble('failed', 'the product is wrong')
  return answer
}
