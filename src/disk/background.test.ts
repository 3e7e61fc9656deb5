import { readlinkSync } from 'node:fs'
import { getPriority } from 'node:os'
import { expect, test } from 'vitest'
import { giveWay } from './index.ts'

// In a file of its own: the thread that runs this is behind the others from then on.
test.runIf(process.platform === 'linux')('a thread that gives way is behind the others', () => {
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  giveWay()
  expect(getPriority(thread)).toBeGreaterThanOrEqual(10)
})
