/** Operations on names of the simulated disk, as Node's fs has them, without their waiting. */
import { constants } from 'node:fs'
import { posix } from 'node:path'
import { systemError } from './disk.ts'
import { FakeFile } from './fake-file.ts'
import { currentMachine, type Machine, type Place } from './machine.ts'

export function openFile(machine: Machine, place: Place, flags: string | number): FakeFile {
  const { disk } = machine
  const { path } = place
  const found = disk.find(path)
  const words = typeof flags === 'number' ? wordsOf(flags) : flags
  if (found === 'folder') return new FakeFile(machine, place, found)
  const syncsItself = typeof flags === 'number' && (flags & constants.O_DSYNC) !== 0
  if (words.startsWith('r')) return new FakeFile(machine, place, disk.file(path), { syncsItself })
  if (words.includes('x') && found !== undefined) throw systemError('EEXIST', path)
  if (found === undefined && disk.isFull) throw systemError('ENOSPC', path)
  const file = found ?? disk.create(path)
  if (words.startsWith('w') && file.size > 0) file.truncate(0)
  const at = words.startsWith('a') ? file.size : 0
  return new FakeFile(machine, place, file, { at, syncsItself })
}

const WRITE_FLAGS = 0o3
const CREATE_FLAG = 0o100
const TRUNCATE_FLAG = 0o1000

function wordsOf(flags: number): string {
  if ((flags & WRITE_FLAGS) === 0) return 'r'
  if ((flags & CREATE_FLAG) === 0) return 'r+'
  return (flags & TRUNCATE_FLAG) === 0 ? 'a+' : 'w+'
}

/** The first folder that was missing, as the process sees it; undefined when none was. */
export function makeFolder(
  machine: Machine,
  { path, process }: Place,
  recursive: boolean,
): string | undefined {
  const { disk } = machine
  const missing: string[] = []
  let at = path
  for (; disk.find(at) === undefined; at = posix.dirname(at)) missing.unshift(at)
  if (!recursive && missing.length !== 1) throw systemError('EEXIST', path)
  if (missing.length > 0 && disk.isFull) throw systemError('ENOSPC', path)
  for (const each of missing) disk.makeFolder(each)
  return missing[0] === undefined ? undefined : machine.seenBy(process, missing[0])
}

export function removeName(
  { disk }: Machine,
  { path }: Place,
  { force = false, recursive = false }: { readonly force?: boolean; readonly recursive?: boolean },
): void {
  if (disk.find(path) === undefined && force) return
  if (recursive) disk.removeTree(path)
  else disk.remove(path)
}

/** What /proc says of processes and the boot: a process that died has another start than the next. */
export function procFile(path: string): string | null {
  const machine = currentMachine()
  if (machine === null) return null
  if (path === '/proc/sys/kernel/random/boot_id') return `boot-${machine.boot}\n`
  const pid = /^\/proc\/(\d+)\/stat$/.exec(path)?.[1]
  return pid === undefined ? null : `${pid} (sim) S ${'0 '.repeat(18)}${machine.tick} 0`
}
