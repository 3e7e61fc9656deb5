/** The standing of pods, by what a cluster of version 1.20.2 really said (recorded, cut to what counts). */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Pod, WatchEvent } from './objects.ts'
import { standingOf, type Standing } from './phases.ts'

const recorded = JSON.parse(
  readFileSync(new URL('recorded.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly WatchEvent<Pod>[]>>

/** What its keeper does with them: the standings up to the first that is final. */
function standings(name: string, ordered = false): Standing[] {
  const seen: Standing[] = []
  for (const { type, object } of recorded[name] ?? []) {
    const standing = standingOf(type === 'DELETED' ? null : object, ordered)
    seen.push(standing)
    if (standing.at === 'ended' || standing.at === 'failed') break
  }
  return seen
}
const last = (name: string) => standings(name).at(-1)

test('a program that ended has its exit code, whatever the container beside it does', () => {
  expect(last('done')).toEqual({ at: 'ended', ending: { exitCode: 3, outOfMemory: false } })
})

test('one that used too much memory ended for that reason', () => {
  expect(last('oom')).toEqual({ at: 'ended', ending: { exitCode: 137, outOfMemory: true } })
})

test('a program that is not there ends as in a shell, one that may not run too', () => {
  expect(last('missing')).toMatchObject({ at: 'ended', ending: { exitCode: 127 } })
  expect(standingOf(startError('permission denied'), false)).toMatchObject({
    ending: { exitCode: 126 },
  })
  expect(standingOf(startError('exec format error'), false)).toMatchObject({
    at: 'failed',
    code: 'START_FAILED',
  })
})

test('an image that cannot be had is told after the first failure, not before', () => {
  expect(standings('noimage').map(({ at }) => at)).toEqual([
    'waiting',
    'waiting',
    'waiting',
    'waiting',
    'failed',
  ])
  expect(last('noimage')).toMatchObject({ code: 'IMAGE_NOT_FOUND' })
})

test('a pod that somebody deletes may end in its grace, and was evicted', () => {
  const all = standings('deleted')
  expect(all.filter(({ at }) => at === 'running')).toHaveLength(2)
  expect(all.at(-1)).toMatchObject({ at: 'ended', ending: { end: 'EVICTED', exitCode: 0 } })
})

test('a pod that is gone was evicted, unless we ended it', () => {
  expect(standingOf(null, false)).toMatchObject({ ending: { end: 'EVICTED' } })
  expect(standingOf(null, true)).toEqual({
    at: 'ended',
    ending: { exitCode: 137, outOfMemory: false },
  })
  expect(standings('deleted', true).at(-1)).toEqual({
    at: 'ended',
    ending: { exitCode: 0, outOfMemory: false },
  })
})

test('one that ended by itself and is then deleted keeps its end', () => {
  const finishedAt = '2026-01-01T00:00:00Z'
  const pod: Pod = {
    metadata: {
      name: 'p',
      deletionTimestamp: '2026-01-01T00:00:12Z',
      deletionGracePeriodSeconds: 10,
    },
    status: {
      phase: 'Succeeded',
      containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 0, finishedAt } } }],
    },
  }
  expect(standingOf(pod, false)).toEqual({
    at: 'ended',
    ending: { exitCode: 0, outOfMemory: false },
  })
})

test.each([
  ['Evicted', 'Usage of EmptyDir volume "work" exceeds the limit "16Mi". ', 'DISK_FULL'],
  [
    'Evicted',
    'Pod ephemeral local storage usage exceeds the total limit of containers 80Mi. ',
    'DISK_FULL',
  ],
  ['Evicted', 'The node was low on resource: memory. ', 'EVICTED'],
  ['NodeLost', 'Node vm which was running pod p is unresponsive', 'NODE_LOST'],
])('%s (%s) is the end %s', (reason, message, end) => {
  const pod: Pod = { metadata: { name: 'p' }, status: { phase: 'Failed', reason, message } }
  expect(standingOf(pod, false)).toEqual({
    at: 'ended',
    ending: { exitCode: 137, outOfMemory: false, end, detail: message },
  })
})

test('a node that has no room any more never ran it; one without room yet is waited for', () => {
  const refused: Pod = { metadata: { name: 'p' }, status: { phase: 'Failed', reason: 'OutOfcpu' } }
  expect(standingOf(refused, false)).toMatchObject({ at: 'failed', code: 'START_FAILED' })
  const conditions = [{ type: 'PodScheduled', status: 'False', message: 'Insufficient cpu' }]
  const pending: Pod = { metadata: { name: 'p' }, status: { phase: 'Pending', conditions } }
  expect(standingOf(pending, false)).toEqual({ at: 'unscheduled', why: 'Insufficient cpu' })
})

function startError(message: string): Pod {
  const terminated = { exitCode: 128, reason: 'StartError', message }
  return {
    metadata: { name: 'p' },
    status: { phase: 'Failed', containerStatuses: [{ name: 'main', state: { terminated } }] },
  }
}
