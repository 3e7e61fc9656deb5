import { readFileSync, statfsSync } from 'node:fs'
import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from 'node:os'
import { encode, sha256Hex } from '../../kernel/index.ts'
import { inventory, type Inventory } from '../../messages/index.ts'
import { findCgroups } from '../cgroup/find.ts'
import type { Machine } from '../drivers/driver.ts'
import { isMissing } from '../files.ts'
import { parseCpu } from './cpu.ts'
import { findEngines } from './engines.ts'
import { findGpus } from './gpu.ts'

/** A machine's inventory, its canonical bytes and digest, and what is free of it now. */
export interface Inspection {
  readonly inventory: Inventory
  readonly bytes: Uint8Array
  /** sha256 of the bytes, hex */
  readonly digest: string
  readonly freeMemoryMib: number
  readonly freeDiskMib: number
}

const MIB = 1024 * 1024

/**
 * An inspection of a machine of a cluster from here, where `folder` lies on the file system that both
 * share. Of one that is not this very machine only its size is known.
 */
export async function inspectElsewhere(folder: string, machine: Machine): Promise<Inspection> {
  const local = await inspect(folder)
  const { cores, memoryMib } = machine
  const unknown = { kernel: '', architecture: '', cpuModel: machine.name, isaLevel: '', gpus: [] }
  const found = { ...local.inventory, ...(machine.here ? {} : unknown), cores, memoryMib }
  return { ...inspectionOf(found), freeMemoryMib: memoryMib, freeDiskMib: local.freeDiskMib }
}

/** Looks at this machine; `folder` lies on the disk that workloads will use. */
export async function inspect(folder: string): Promise<Inspection> {
  const cpu = parseCpu(readText('/proc/cpuinfo'), arch(), cpus()[0]?.model ?? 'unknown')
  const disk = statfsSync(folder)
  const cgroups = findCgroups()
  const limit = process.constrainedMemory()
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const found: Inventory = {
    format: 1,
    platform: platform(),
    kernel: release(),
    architecture: arch(),
    cpuModel: cpu.model,
    isaLevel: cpu.isaLevel,
    virtual: cpu.virtual,
    cores: availableParallelism(),
    memoryMib: Math.floor(memory / MIB),
    diskMib: Math.floor((disk.blocks * disk.bsize) / MIB),
    gpus: await findGpus(),
    engines: findEngines(),
    cgroupVersion: cgroups.version,
    cgroupWritable: cgroups.writable,
  }
  return {
    ...inspectionOf(found),
    freeMemoryMib: Math.min(Math.floor(memory / MIB), availableMib(readText('/proc/meminfo'))),
    freeDiskMib: Math.floor((disk.bavail * disk.bsize) / MIB),
  }
}

function inspectionOf(found: Inventory): Pick<Inspection, 'inventory' | 'bytes' | 'digest'> {
  const bytes = encode(inventory, found)
  return { inventory: found, bytes, digest: sha256Hex(bytes) }
}

/** MiB that programs may still take without swapping: MemAvailable of the text of /proc/meminfo. */
export function availableMib(meminfo: string): number {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1]
  return kib === undefined ? Math.floor(freemem() / MIB) : Math.floor(Number(kib) / 1024)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // Not Linux: the runtime's own numbers are used instead.
    if (isMissing(error)) return ''
    throw error
  }
}
