import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { factsOf, readModelsContract, WAIT_MS } from '../../test/contracts/read-models.contract.ts'
import { ensureBuilt } from '../../test/tools/built.ts'
import { batchOf, EventSourceOf } from '../../test/tools/event-source.ts'
import { EventStream } from '../../test/tools/event-stream.ts'
import { readModelsTemplate } from '../../test/tools/read-models-template.ts'
import { FolderHome, startReadModels, workerOpener, type ReadModelService } from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'suan-worker-'))
const folderOf = (name: string) => join(root, name)
beforeAll(() => ensureBuilt())
afterAll(() => rmSync(root, { recursive: true }))

let models: ReadModelService
readModelsContract({
  name: 'PGlite in a worker, from nothing',
  async start(source) {
    const home = new FolderHome({ folder: folderOf('c'), opener: workerOpener(), template: null })
    models = startReadModels({ source, home, patienceMs: WAIT_MS })
    return models
  },
  stop: () => models.close(),
})

test('a query past its limit ends the worker, and the next worker goes on from the folder', async () => {
  const source = new EventSourceOf()
  source.append(new EventStream(3).take(400))
  const opened: string[] = []
  const slow = workerOpener({ readMs: 0, writeMs: 60_000 })
  const normal = workerOpener()
  const opener = {
    create: (path: string, stop: AbortSignal) => normal.create(path, stop),
    open(path: string, stop: AbortSignal) {
      opened.push(path)
      return (opened.length === 1 ? slow : normal).open(path, stop)
    },
  }
  const folder = folderOf('limit')
  const home = new FolderHome({ folder, opener, template: await readModelsTemplate() })
  const again = startReadModels({ source, home, patienceMs: WAIT_MS })
  const ask = { limit: 5, before: null, afterSeq: null, instrument: 1 }
  expect(await again.waitFor(400, WAIT_MS)).toBe(true)
  // An answer may be there before its millisecond is noticed to be over, but not for ever.
  let fault: unknown
  for (let i = 0; i < 1_000 && fault === undefined; i++) {
    fault = await again.trades(ask).then(
      () => undefined,
      (error: unknown) => error,
    )
  }
  expect(fault).toMatchObject({ code: 'REBUILDING', retryable: true })
  expect(await again.trades(ask)).toHaveLength(5)
  expect(await again.compare(factsOf(source))).toEqual([])
  expect(opened).toEqual([join(folder, 'a'), join(folder, 'a')])
  await again.close()
  expect(JSON.parse(readFileSync(join(folder, 'marker.json'), 'utf8'))).toMatchObject({
    folder: 'a',
    clean: true,
  })
})

test('workers ended in the middle of writing leave whole batches only', async () => {
  const source = new EventSourceOf()
  source.append(new EventStream(5).take(3_000))
  const folder = folderOf('ended')
  const opener = workerOpener()
  const template = await readModelsTemplate()
  let kept = 0
  for (const limitMs of [15, 40, 90]) {
    const limits = { readMs: 60_000, writeMs: 60_000 }
    const home = new FolderHome({ folder, opener: workerOpener(limits), template })
    const store = await home.open()
    const { appliedSeq } = await store.progress()
    expect(appliedSeq).toBeGreaterThanOrEqual(kept)
    const records = source.records.filter(({ seq }) => seq > appliedSeq)
    await store.apply(appliedSeq, batchOf(records.slice(0, 20)))
    kept = appliedSeq + 20
    // Far too much for the limit: the worker ends while it is being written.
    limits.writeMs = limitMs
    await expect(store.apply(kept, batchOf(records.slice(20)))).rejects.toMatchObject({
      code: 'REBUILDING',
    })
    await home.close()
  }
  const home = new FolderHome({ folder, opener, template })
  const store = await home.open()
  expect((await store.progress()).appliedSeq).toBeGreaterThanOrEqual(kept)
  const last = startReadModels({ source, home, patienceMs: WAIT_MS })
  expect(await last.waitFor(3_000, WAIT_MS)).toBe(true)
  expect(await last.compare(factsOf(source))).toEqual([])
  await last.close()
})

test('closing does not wait for a database that is still being made', async () => {
  const faults: unknown[] = []
  const folder = folderOf('early')
  const home = new FolderHome({ folder, opener: workerOpener(), template: null })
  const early = startReadModels({
    source: new EventSourceOf(),
    home,
    onFault: (fault) => faults.push(fault),
  })
  await early.close()
  expect(faults).toEqual([])
  expect(() => readFileSync(join(folder, 'marker.json'))).toThrow('ENOENT')
})
