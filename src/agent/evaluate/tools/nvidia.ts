/** What NVIDIA's driver says of the cards. Written by its documentation: no card was at hand. */
import { digestOf, runTool } from './run-tool.ts'
import { mustFind, toolMetric, ToolTrouble, type ToolFound, type ToolWorld } from './tool.ts'

const FIELDS = 'name,driver_version,memory.total,power.limit,power.draw'
const LIMIT_MS = 10_000

interface Card {
  readonly name: string
  readonly driver: string
  readonly memoryMib: number
  /** NaN where the driver does not tell */
  readonly limitMw: number
  readonly drawMw: number
}

/** Memory, power limit and power of all cards together, asked once a run. */
export async function measureNvidia({ effort }: ToolWorld): Promise<ToolFound> {
  const path = mustFind('nvidia-smi')
  const args = [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits']
  const looks: (readonly Card[])[] = []
  while (looks.length < effort.runs) {
    const { code, stdout, stderr } = await runTool({ path, args, limitMs: LIMIT_MS })
    // It tells its troubles on either.
    if (code !== 0) throw new ToolTrouble('failed', stderr.trim() || stdout.trim())
    looks.push(parseCards(stdout))
  }
  return { ...foundOf(looks), binary: digestOf(path) }
}

/** Sums over the cards of each look; a sum with an unknown part is left out. */
export function foundOf(looks: readonly (readonly Card[])[]): Omit<ToolFound, 'binary'> {
  const cards = looks[0] ?? []
  if (cards.length === 0) throw new ToolTrouble('failed', 'it lists no card')
  const metric = (name: string, of: (card: Card) => number) => {
    const sums = looks.map((look) => look.reduce((sum, card) => sum + of(card), 0))
    return sums.every((sum) => Number.isFinite(sum)) ? [toolMetric(name, sums)] : []
  }
  const names = new Map<string, number>()
  for (const { name } of cards) names.set(name, (names.get(name) ?? 0) + 1)
  return {
    version: `driver ${cards[0]?.driver ?? ''}`,
    detail: [...names].map(([name, count]) => `${count} x ${name}`).join(', '),
    metrics: [
      ...metric('nvidia_memory_mib', ({ memoryMib }) => memoryMib),
      ...metric('nvidia_power_limit_mw', ({ limitMw }) => limitMw),
      ...metric('nvidia_power_draw_mw', ({ drawMw }) => drawMw),
    ],
  }
}

/** Lines of `--format=csv,noheader,nounits`; odd ones are skipped. */
export function parseCards(csv: string): readonly Card[] {
  return csv.split('\n').flatMap((line) => {
    const [name, driver, memory, limit, draw] = line.split(',').map((part) => part.trim())
    if (name === undefined || driver === undefined || draw === undefined) return []
    const number = (text: string | undefined): number => Number.parseFloat(text ?? '')
    const [limitMw, drawMw] = [number(limit) * 1_000, number(draw) * 1_000]
    return [{ name, driver, memoryMib: number(memory), limitMw, drawMw }]
  })
}
