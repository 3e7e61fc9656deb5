import { expect, test } from 'vitest'
import type { Inventory } from '../messages/index.ts'
import type { Inspection } from './inspect/inspect.ts'
import { usualOffering } from './offering.ts'

const machine = (cores: number): Inspection => ({
  inventory: { cores, memoryMib: 8_000, diskMib: 100_000, gpus: [] as unknown } as Inventory,
  bytes: new Uint8Array(),
  digest: '',
  freeMemoryMib: 5_001,
  freeDiskMib: 50_000,
})

test('one core and half of what is free stay with the machine', () => {
  expect(usualOffering(machine(8))).toEqual({
    attested: { cores: 8, memoryMib: 8_000, diskMib: 100_000, cards: 0 },
    reserve: { cores: 1, memoryMib: 5_500, diskMib: 75_000, cards: 0 },
    maxUnits: 7,
  })
  expect(usualOffering(machine(1))).toMatchObject({ reserve: { cores: 0 }, maxUnits: 1 })
})
