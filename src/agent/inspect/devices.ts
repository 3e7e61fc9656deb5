import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Device, Inventory } from '../../messages/index.ts'

/** Where the system tells what it is made of; another folder in tests. */
export interface DeviceSources {
  /** files whose first that can be read names the machine */
  readonly machine: readonly string[]
  /** folder with one entry a disk */
  readonly disks: string
}
const SOURCES: DeviceSources = {
  machine: ['/sys/class/dmi/id/product_uuid', '/etc/machine-id', '/var/lib/dbus/machine-id'],
  disks: '/sys/block',
}
const MOST = 64
const MODEL = 96
/** Made by the kernel, not built into the machine. */
const VIRTUAL = /^(loop|ram|zram|dm-|md|sr|nbd|fd)/

/**
 * What the exchange is told of a machine so that it is sold once: hashes of its own id, of the UUIDs
 * of its cards and of the serial numbers of its disks, as far as this user may read them.
 */
export function findDevices(
  { cpuModel, gpus }: Pick<Inventory, 'cpuModel' | 'gpus'>,
  sources: DeviceSources = SOURCES,
): Device[] {
  const machine = sources.machine.map(readLine).find((id) => id !== '') ?? ''
  const found = [
    deviceOf('machine', machine, cpuModel),
    ...gpus.map(({ uuid, name }) => deviceOf('gpu', uuid, name)),
    ...disksIn(sources.disks),
  ]
  const named = found.filter((one) => one !== null)
  return [...new Map(named.map((one) => [one.idHash, one])).values()].slice(0, MOST)
}

/** Null of what has no name of its own. */
function deviceOf(kind: Device['kind'], id: string, model: string): Device | null {
  if (id === '') return null
  const idHash = createHash('sha256').update(`suan device\0${kind}\0${id}`).digest('hex')
  return { kind, idHash, model: short(model) }
}

function disksIn(folder: string): (Device | null)[] {
  return names(folder)
    .filter((name) => !VIRTUAL.test(name))
    .map((name) => {
      const at = (file: string) => readLine(join(folder, name, file))
      const id = at('device/serial') || at('serial') || at('device/wwid') || at('wwid')
      return deviceOf('disk', id, at('device/model'))
    })
}

function short(model: string): string {
  let text = model
  while (Buffer.byteLength(text) > MODEL) text = text.slice(0, -1)
  return text
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error) return []
    throw error
  }
}

/** '' where there is nothing or this user may not read it: then it has no name. */
function readLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (error instanceof Error) return ''
    throw error
  }
}
