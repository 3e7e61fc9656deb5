import { expect, test } from 'vitest'
import { Fault, type EngineDoor } from '../messages/index.ts'
import { Catalog } from './catalog.ts'

test('a fault while the goods were loaded is over when the fault is', async () => {
  let fails = true
  const door = {
    onDurable: () => () => {},
    onAdvance: () => () => {},
    ask: async () => {
      if (fails) throw new Fault('NOT_DURABLE')
      return []
    },
  } as Partial<EngineDoor> as EngineDoor
  const catalog = new Catalog(door)
  await expect(catalog.goods()).rejects.toMatchObject({ code: 'NOT_DURABLE' })
  fails = false
  expect((await catalog.goods()).hubs.size).toBe(0)
})
