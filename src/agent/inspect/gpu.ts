import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** One accelerator card as its driver names it. */
export interface GpuFacts {
  readonly uuid: string
  readonly name: string
  readonly memoryMib: number
  readonly busId: string
  readonly driver: string
}

const FIELDS = 'uuid,name,memory.total,pci.bus_id,driver_version'

/** The cards that `nvidia-smi` lists; none when the command is not there or fails. */
export async function findGpus(): Promise<GpuFacts[]> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'],
      { timeout: 10_000 },
    )
    return parseGpus(stdout)
  } catch (error) {
    // No command, no driver or a driver that does not answer: there is no card to sell.
    if (error instanceof Error) return []
    throw error
  }
}

/** Reads the lines of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; skips odd lines. */
export function parseGpus(csv: string): GpuFacts[] {
  const gpus: GpuFacts[] = []
  for (const line of csv.split('\n')) {
    const [uuid, name, memory, busId, driver] = line.split(',').map((part) => part.trim())
    if (uuid === undefined || name === undefined || memory === undefined) continue
    if (!/^\d+( MiB)?$/.test(memory)) continue
    gpus.push({
      uuid,
      name,
      memoryMib: Number.parseInt(memory, 10),
      busId: busId ?? '',
      driver: driver ?? '',
    })
  }
  return gpus
}
