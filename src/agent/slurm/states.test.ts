import { expect, test } from 'vitest'
import { endingOf, isHopeless, isOver } from './states.ts'

test.each([
  ['COMPLETED', 0, { exitCode: 0, outOfMemory: false }],
  ['FAILED', 3, { exitCode: 3, outOfMemory: false }],
  ['FAILED', 143, { exitCode: 143, outOfMemory: false }],
  [
    'CANCELLED',
    0,
    { exitCode: 137, outOfMemory: false, end: 'EVICTED', detail: 'Slurm: CANCELLED' },
  ],
  ['OUT_OF_MEMORY', 253, { exitCode: 137, outOfMemory: true }],
  [
    'TIMEOUT',
    0,
    { exitCode: 137, outOfMemory: false, end: 'TIME_LIMIT', detail: 'Slurm: TIMEOUT' },
  ],
  [
    'NODE_FAIL',
    0,
    { exitCode: 137, outOfMemory: false, end: 'NODE_LOST', detail: 'Slurm: NODE_FAIL' },
  ],
  [
    'BOOT_FAIL',
    0,
    { exitCode: 137, outOfMemory: false, end: 'NODE_LOST', detail: 'Slurm: BOOT_FAIL' },
  ],
  [
    'PREEMPTED',
    0,
    { exitCode: 137, outOfMemory: false, end: 'EVICTED', detail: 'Slurm: PREEMPTED' },
  ],
])('%s with %i', (state, exitCode, ending) => {
  expect(isOver({ state })).toBe(true)
  expect(endingOf({ state, exitCode })).toEqual(ending)
})

test.each([
  'PENDING',
  'RUNNING',
  'SUSPENDED',
  'COMPLETING',
  'CONFIGURING',
  'STAGE_OUT',
  'REQUEUED',
])('%s is not over', (state) => expect(isOver({ state })).toBe(false))

test('a job waits for its turn, but not for what cannot come', () => {
  const waiting = (reason: string) => isHopeless({ state: 'PENDING', reason })
  for (const reason of ['None', 'Resources', 'Priority', 'AssocGrpCpuLimit', 'ReqNodeNotAvail']) {
    expect(waiting(reason)).toBe(false)
  }
  for (const reason of ['BadConstraints', 'PartitionTimeLimit', 'launch failed requeued held']) {
    expect(waiting(reason)).toBe(true)
  }
  expect(isHopeless({ state: 'RUNNING', reason: 'BadConstraints' })).toBe(false)
})
