import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../../../test/support/test-folder.ts'
import { sha256Hex, utf8Encode } from '../../kernel/index.ts'
import { findDevices } from './devices.ts'

const card = { uuid: 'GPU-1', name: 'NVIDIA H100', memoryMib: 81_559, busId: '', driver: '' }
const inventory = { cpuModel: 'Some Processor', gpus: [card, card] }

function machine(): { machine: string[]; disks: string } {
  const folder = testFolder('suan-devices-')
  const disks = join(folder, 'block')
  for (const name of ['sda', 'nvme0n1', 'loop0', 'vdb'])
    mkdirSync(join(disks, name, 'device'), { recursive: true })
  writeFileSync(join(folder, 'machine-id'), 'abc\n')
  writeFileSync(join(disks, 'sda/device/model'), 'Disk One \n')
  writeFileSync(join(disks, 'sda/device/wwid'), 'naa.5000\n')
  writeFileSync(join(disks, 'nvme0n1/device/serial'), 'S1\n')
  writeFileSync(join(disks, 'loop0/device/serial'), 'never')
  return { machine: [join(folder, 'missing'), join(folder, 'machine-id')], disks }
}

test('PRF-001 a machine is named by its id, its cards and its disks, as hashes', () => {
  const found = findDevices(inventory, machine())
  const shown = found.map(({ kind, model }) => `${kind} ${model}`)
  expect(new Set(shown)).toEqual(
    new Set(['machine Some Processor', 'gpu NVIDIA H100', 'disk Disk One', 'disk ']),
  )
  expect(shown).toHaveLength(4)
  const hash = sha256Hex(utf8Encode('suan device\0machine\0abc'))
  expect(found.find(({ kind }) => kind === 'machine')?.idHash).toBe(hash)
})

test('what has no name of its own is not claimed, and long names are cut', () => {
  const nothing = { machine: [], disks: '/does/not/exist' }
  const long = { ...inventory, gpus: [{ ...card, name: '算'.repeat(40) }] }
  const [only, ...others] = findDevices(long, nothing)
  expect(others).toEqual([])
  expect(Buffer.byteLength(only?.model ?? '')).toBeLessThanOrEqual(96)
})
