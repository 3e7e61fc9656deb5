/** What the kernel counts, read from the texts of /proc. Counters only grow; what matters is by how much. */

/** Processor time of the whole machine, in ticks. */
export interface CpuCounters {
  readonly busy: number
  readonly steal: number
  readonly total: number
}

/** The first line of /proc/stat; null where there is none. Guest time is in `user` already. */
export function parseStat(text: string): CpuCounters | null {
  const fields = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number)
  if (fields === undefined) return null
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] = fields
  const busy = user + nice + system + irq + soft
  return { busy, steal, total: busy + idle + wait + steal }
}

/** Microseconds in which some task waited, of a file of /proc/pressure; NaN where there is none. */
export function parsePressure(text: string): number {
  return Number(/^some .*total=(\d+)$/m.exec(text)?.[1] ?? Number.NaN)
}

/** Share of the memory that programs could not take without swapping; NaN where it is not told. */
export function parseMemory(text: string): number {
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN)
  return 1 - kib('MemAvailable') / kib('MemTotal')
}

export interface DiskCounters {
  readonly readBytes: number
  readonly writeBytes: number
  /** reads and writes that ended, and how long all of them took together */
  readonly transfers: number
  readonly transferMs: number
}
const SECTOR_BYTES = 512

/** Sums of /proc/diskstats over these devices. */
export function parseDisks(text: string, devices: ReadonlySet<string>): DiskCounters {
  const sum = { readBytes: 0, writeBytes: 0, transfers: 0, transferMs: 0 }
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/)
    if (!devices.has(fields[2] ?? '')) continue
    const [reads = 0, , readSectors = 0, readMs = 0, writes = 0, , writeSectors = 0, writeMs = 0] =
      fields.slice(3).map(Number)
    sum.readBytes += readSectors * SECTOR_BYTES
    sum.writeBytes += writeSectors * SECTOR_BYTES
    sum.transfers += reads + writes
    sum.transferMs += readMs + writeMs
  }
  return sum
}

export interface NetCounters {
  readonly rxBytes: number
  readonly txBytes: number
}

/** Sums of /proc/net/dev over these interfaces. */
export function parseNet(text: string, interfaces: ReadonlySet<string>): NetCounters {
  const sum = { rxBytes: 0, txBytes: 0 }
  for (const line of text.split('\n')) {
    const [name, rest] = line.split(':')
    if (rest === undefined || !interfaces.has(name?.trim() ?? '')) continue
    const fields = rest.trim().split(/\s+/).map(Number)
    sum.rxBytes += fields[0] ?? 0
    sum.txBytes += fields[8] ?? 0
  }
  return sum
}
