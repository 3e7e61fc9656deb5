/** Stands for `node:fs/promises` in the simulator's bundle: paths below /sim are on the fake disk. */
import * as real from 'node:fs/promises'
import { machineOf } from '../disk/machine.ts'
import { makeFolder, openFile, removeName } from '../disk/names.ts'

export * from 'node:fs/promises'

type Options = { readonly recursive?: boolean; readonly force?: boolean; readonly mode?: number }

export async function open(
  path: string,
  flags: string | number = 'r',
  mode?: number,
): Promise<unknown> {
  const found = machineOf(path)
  if (found === null) return real.open(path, flags, mode)
  const { machine, place } = found
  return machine.run(place, 'open', () => openFile(machine, place, flags))
}
export async function mkdir(path: string, options: Options = {}): Promise<unknown> {
  const found = machineOf(path)
  if (found === null) return real.mkdir(path, options)
  const { machine, place } = found
  return machine.run(place, 'folder', () => makeFolder(machine, place, options.recursive ?? false))
}
interface Entry {
  readonly name: string
  readonly isDirectory: () => boolean
}
export async function readdir(
  path: string,
  options: { readonly withFileTypes?: boolean } = {},
): Promise<(string | Entry)[]> {
  const found = machineOf(path)
  if (found === null) return real.readdir(path)
  const { machine, place } = found
  return machine.run(place, 'read', () => {
    const names = machine.disk.list(place.path)
    if (options.withFileTypes !== true) return names
    return names.map((name) => {
      const entry = machine.disk.find(`${place.path}/${name}`)
      return { name, isDirectory: () => entry === 'folder' }
    })
  })
}
export async function readFile(path: string, encoding?: BufferEncoding): Promise<Buffer | string> {
  const found = machineOf(path)
  if (found === null) return real.readFile(path, encoding)
  const { machine, place } = found
  return machine.run(place, 'read', () => {
    const file = machine.disk.file(place.path)
    const bytes = Buffer.from(file.read(0, file.size))
    return encoding === undefined ? bytes : bytes.toString(encoding)
  })
}
export async function rename(from: string, to: string): Promise<void> {
  const found = machineOf(from)
  const target = machineOf(to)
  if (found === null || target === null) return real.rename(from, to)
  const { machine, place } = found
  return machine.run(place, 'rename', () => machine.disk.rename(place.path, target.place.path))
}
export async function rm(path: string, options: Options = {}): Promise<void> {
  const found = machineOf(path)
  if (found === null) return real.rm(path, options)
  const { machine, place } = found
  return machine.run(place, 'remove', () => removeName(machine, place, options))
}
export const unlink = (path: string): Promise<void> => rm(path)
export async function link(from: string, to: string): Promise<void> {
  const found = machineOf(from)
  const target = machineOf(to)
  if (found === null || target === null) return real.link(from, to)
  const { machine, place } = found
  return machine.run(place, 'link', () => machine.disk.link(place.path, target.place.path))
}
export async function stat(path: string): Promise<{ readonly size: number }> {
  const found = machineOf(path)
  if (found === null) return real.stat(path)
  const { machine, place } = found
  return machine.run(place, 'read', () => ({ size: machine.disk.file(place.path).size }))
}
