import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('no more at once than allowed, in their order, also after one that fails', async () => {
  const turns = new Turns(2)
  const begun: number[] = []
  let atOnce = 0
  let most = 0
  const works = [0, 1, 2, 3, 4].map((each) =>
    turns.take(async () => {
      begun.push(each)
      most = Math.max(most, ++atOnce)
      await sleep(1)
      atOnce--
      if (each === 1) throw new Error('one that fails')
      return each
    }),
  )
  const ended = await Promise.allSettled(works)
  expect(ended.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true])
  expect([begun, most]).toEqual([[0, 1, 2, 3, 4], 2])
})
