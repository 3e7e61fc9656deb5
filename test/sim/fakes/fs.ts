/** Stands for `node:fs` in the simulator's bundle: paths below /sim are on the fake disk. */
import * as real from 'node:fs'
import type { FakeFile } from '../disk/fake-file.ts'
import { currentMachine, machineOf } from '../disk/machine.ts'
import { makeFolder, openFile, procFile, removeName } from '../disk/names.ts'

export * from 'node:fs'
export { real as default }

type Options = { readonly recursive?: boolean; readonly force?: boolean; readonly mode?: number }

const FIRST_DESCRIPTOR = 1_000_000
let descriptors = FIRST_DESCRIPTOR

function fileOf(fd: number): FakeFile | undefined {
  return currentMachine()?.files.get(fd)
}

export function existsSync(path: string): boolean {
  const found = machineOf(path)
  if (found === null) return real.existsSync(path)
  const { machine, place } = found
  return machine.runNow(place, 'read', () => machine.disk.find(place.path) !== undefined)
}
export function mkdirSync(path: string, options: Options = {}): unknown {
  const found = machineOf(path)
  if (found === null) return real.mkdirSync(path, options)
  const { machine, place } = found
  return machine.runNow(place, 'folder', () =>
    makeFolder(machine, place, options.recursive ?? false),
  )
}
export function readdirSync(path: string): string[] {
  const found = machineOf(path)
  if (found === null) return real.readdirSync(path)
  const { machine, place } = found
  return machine.runNow(place, 'read', () => machine.disk.list(place.path))
}
export function readFileSync(path: string, encoding?: BufferEncoding): Buffer | string {
  const proc = procFile(path)
  if (proc !== null) return proc
  const found = machineOf(path)
  if (found === null) return real.readFileSync(path, encoding)
  const { machine, place } = found
  return machine.runNow(place, 'read', () => {
    const file = machine.disk.file(place.path)
    const bytes = Buffer.from(file.read(0, file.size))
    return encoding === undefined ? bytes : bytes.toString(encoding)
  })
}
export function writeFileSync(path: string, data: string | Uint8Array, options?: object): void {
  const found = machineOf(path)
  if (found === null) return real.writeFileSync(path, data, options)
  const { machine, place } = found
  machine.runNow(place, 'write', () => {
    const bytes = Buffer.from(data as Uint8Array)
    openFile(machine, place, 'w').writeNow(bytes, 0, bytes.length, 0)
  })
}
export function rmSync(path: string, options: Options = {}): void {
  const found = machineOf(path)
  if (found === null) return real.rmSync(path, options)
  const { machine, place } = found
  machine.runNow(place, 'remove', () => removeName(machine, place, options))
}
export const unlinkSync = (path: string): void => rmSync(path)
export function renameSync(from: string, to: string): void {
  const found = machineOf(from)
  const target = machineOf(to)
  if (found === null || target === null) return real.renameSync(from, to)
  const { machine, place } = found
  machine.runNow(place, 'rename', () => machine.disk.rename(place.path, target.place.path))
}
export function linkSync(from: string, to: string): void {
  const found = machineOf(from)
  const target = machineOf(to)
  if (found === null || target === null) return real.linkSync(from, to)
  const { machine, place } = found
  machine.runNow(place, 'link', () => machine.disk.link(place.path, target.place.path))
}
export function realpathSync(path: string): string {
  return machineOf(path) === null ? real.realpathSync(path) : path
}
export function openSync(path: string, flags: string | number = 'r', mode?: number): number {
  const found = machineOf(path)
  if (found === null) return real.openSync(path, flags, mode)
  const { machine, place } = found
  const file = machine.runNow(place, 'open', () => openFile(machine, place, flags))
  machine.files.set(++descriptors, file)
  return descriptors
}
export function writeSync(
  fd: number,
  bytes: Uint8Array,
  offset = 0,
  length?: number,
  at?: number,
): number {
  const file = fileOf(fd)
  if (file === undefined) return real.writeSync(fd, bytes, offset, length, at)
  return file.now('write', () => file.writeNow(bytes, offset, length, at ?? null))
}
export function readSync(
  fd: number,
  bytes: Uint8Array,
  offset = 0,
  length?: number,
  at?: number,
): number {
  const file = fileOf(fd)
  if (file === undefined)
    return real.readSync(fd, bytes, offset, length ?? bytes.length, at ?? null)
  return file.now('read', () => file.readNow(bytes, offset, length, at ?? null))
}
export function fsyncSync(fd: number): void {
  const file = fileOf(fd)
  if (file === undefined) real.fsyncSync(fd)
  else file.now('sync', () => file.syncNow())
}
export const fdatasyncSync = (fd: number): void => fsyncSync(fd)
export function closeSync(fd: number): void {
  if (currentMachine()?.files.delete(fd) !== true) real.closeSync(fd)
}
