import { rm } from 'node:fs/promises'
import { scratchFolder } from '../../test/support/scratch.ts'
import { commandLogContract } from '../../test/contracts/command-log.contract.ts'
import { FaultyLog } from '../../test/support/faulty-log.ts'
import type { RecordBatch } from '../messages/index.ts'
import { openFileLog, openMemoryLog } from './index.ts'

commandLogContract('a journal in memory', async () => {
  const kept: RecordBatch[] = []
  return { open: () => openMemoryLog(kept), destroy: async () => {} }
})

commandLogContract('a journal that can be told to fail', async () => {
  const kept: RecordBatch[] = []
  return { open: () => FaultyLog.open(kept), destroy: async () => {} }
})

// Small segments, so that the suite also passes from segment to segment.
for (const segmentBytes of [4_096, 1 << 20]) {
  commandLogContract(`a journal in files of ${segmentBytes} bytes`, async () => {
    const directory = await scratchFolder('suan-log-')
    return {
      open: () => openFileLog({ directory, segmentBytes }),
      destroy: () => rm(directory, { recursive: true }),
    }
  })
}
