// Read models rest while trading has much to do, and not when somebody waits for them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { WAIT_MS, factsOf } from '../../test/contracts/read-models.contract.ts'
import { EventSourceOf } from '../../test/tools/event-source.ts'
import { EventStream } from '../../test/tools/event-stream.ts'
import { readModelsTemplate } from '../../test/tools/read-models-template.ts'
import { FolderHome, inlineOpener, startReadModels } from './index.ts'
import { restMs } from './pace.ts'

vi.setConfig({ testTimeout: WAIT_MS })
const root = mkdtempSync(join(tmpdir(), 'suan-pace-'))
afterAll(() => rmSync(root, { recursive: true }))

test.for([
  [0, 0],
  [0.5, 0],
  [0.75, 150],
  [1, 300],
])('a thread that is %d in use makes them rest %d ms after a batch of 100', ([busy, ms]) => {
  expect(restMs(100, busy!)).toBe(ms)
})

test('no rest is longer than two seconds', () => {
  expect(restMs(60_000, 1)).toBe(2_000)
})

test('while trading leaves no time they still come to the end, at once where somebody waits', async () => {
  const source = new EventSourceOf()
  const stream = new EventStream(7)
  const looks: number[] = []
  const home = new FolderHome({
    folder: join(root, 'a'),
    opener: inlineOpener,
    template: await readModelsTemplate(),
  })
  source.append(stream.take(10))
  const busy = () => looks.push(1)
  const models = startReadModels({ source, home, patienceMs: WAIT_MS, busy })
  expect(await models.waitFor(10, WAIT_MS)).toBe(true)
  for (let more = 1; more <= 5; more++) source.append(stream.take(1_000))
  expect(await models.waitFor(5_010, WAIT_MS)).toBe(true)
  expect(looks.length).toBeGreaterThan(1)
  source.append(stream.take(100))
  await vi.waitFor(() => expect(models.appliedSeq()).toBe(5_110), WAIT_MS)
  expect(await models.compare(factsOf(source))).toEqual([])
  await models.close()
})
