import { cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { batchOf } from '../../test/tools/event-source.ts'
import { EventStream } from '../../test/tools/event-stream.ts'
import { readModelsTemplate } from '../../test/tools/read-models-template.ts'
import { FolderHome, inlineOpener } from './index.ts'
import { bootId, isTrusted, readMarker, writeMarker } from './marker.ts'
import { openPglite } from './pglite.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const root = mkdtempSync(join(tmpdir(), 'suan-home-'))
const records = new EventStream(1).take(30)
let template: string
beforeAll(async () => {
  template = await readModelsTemplate()
})
afterAll(() => rmSync(root, { recursive: true }))

const folder = join(root, 'models')
const homeOf = () => new FolderHome({ folder, opener: inlineOpener, template })
const boot = bootId() ?? 'none'

/** Leaves something in folder `a`, a file to know it by, and a marker. */
function leave(marker: { bootId: string; clean: boolean }): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'a'), { recursive: true })
  writeFileSync(join(folder, 'a/known'), '')
  writeFileSync(join(folder, 'a/PG_VERSION'), '18\n')
  writeMarker(folder, { folder: 'a', ...marker })
}

/** Opens what was left: was it kept? */
async function isKept(): Promise<boolean> {
  const home = homeOf()
  expect((await (await home.open()).progress()).appliedSeq).toBe(0)
  expect(readMarker(folder)).toEqual({ folder: 'a', bootId: boot, clean: false })
  await home.close()
  expect(readMarker(folder)).toEqual({ folder: 'a', bootId: boot, clean: true })
  return existsSync(join(folder, 'a/known'))
}

test.each([
  ['killed during this boot', { bootId: boot, clean: false }, true],
  ['closed in order before this boot', { bootId: 'another', clean: true }, true],
  ['killed before this boot: perhaps by a power cut', { bootId: 'another', clean: false }, false],
  ['killed where boots have no id', { bootId: null, clean: false }, false],
])('%s', (_, marker, trusted) => {
  expect(isTrusted({ folder: 'a', ...marker })).toBe(trusted)
})

test('a folder that was open at a power cut is built anew', async () => {
  leave({ bootId: 'another', clean: false })
  expect(await isKept()).toBe(false)
})

test('a folder that does not open is built anew', async () => {
  leave({ bootId: boot, clean: true })
  expect(await isKept()).toBe(false)
})

test('tables of another version are built anew', async () => {
  leave({ bootId: boot, clean: true })
  cpSync(template, join(folder, 'a'), { recursive: true })
  const database = await openPglite(join(folder, 'a'))
  await database.db.executeQuery(CompiledQuery.raw("comment on table progress is 'older'"))
  await database.close()
  expect(await isKept()).toBe(false)
})

test('the next store takes the place of the current one', async () => {
  rmSync(folder, { recursive: true, force: true })
  const home = homeOf()
  const first = await home.open()
  await expect(first.apply(29, batchOf(records))).rejects.toMatchObject({ code: 'READ_LAG' })
  const next = await home.createNext()
  await expect(home.createNext()).rejects.toThrow('next store')
  await next.apply(0, batchOf(records))
  await home.adopt(next)
  expect(readdirSync(folder).toSorted()).toEqual(['b', 'lock', 'marker.json'])
  expect((await next.progress()).appliedSeq).toBe(30)
  await home.close()
  expect(readMarker(folder)).toEqual({ folder: 'b', bootId: boot, clean: true })
})

test('one process at a time: a second opening is refused', () => {
  rmSync(folder, { recursive: true, force: true })
  const first = homeOf()
  expect(homeOf).toThrow('READ_MODELS_LOCKED')
  return first.close()
})
