// Public results are imported whole by the operator, survive a restart, and are found by model.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiVenue, openParty } from '../../../test/support/api-venue.ts'
import { utf8Encode } from '../../kernel/index.ts'
import { Published } from './published.ts'

const HEAD =
  'name,cpu_class,socket,first_seen,multi_thread_rating,single_thread_rating,samples,tdp_w'
const cpus = (...lines: string[]) => utf8Encode([HEAD, ...lines].join('\n'))
const ROW = 'AMD EPYC 9654,Server,SP5,Q4 2022,120000,3000,7,360'
const query = { source: 'passmark.test/cpus', published: '2026-01' }
const about = { ...query, importedAt: '2026-01-02T00:00:00.000000Z' }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suan-published-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('what was imported', () => {
  test('is there after a restart; a faulty file changes nothing', async () => {
    const own = join(folder, 'kept')
    const set = await new Published(own).import(cpus(ROW), about)
    const again = new Published(own)
    await expect(again.import(cpus(ROW, 'X,,,,many,1,1,'), about)).rejects.toMatchObject({
      errors: [
        {
          field: 'line 3, multi_thread_rating',
          code: 'NUMBER',
          message: 'not a plain decimal number: many',
        },
      ],
    })
    expect(await again.sets()).toEqual([set])
    expect(await new Published(own).sets()).toEqual([set])
    expect(await readdir(own)).toEqual(['passmark-cpu.json'])
  })

  test('gives way to the next file of its format', async () => {
    const one = new Published(join(folder, 'next'))
    await one.import(cpus(ROW), about)
    await one.import(cpus(ROW.replace('9654', '9754')), about)
    expect((await one.search('cpu', 'AMD EPYC 9654', 9)).total).toBe(0)
    expect((await one.search('cpu', 'AMD EPYC 9754 128-Core Processor', 9)).total).toBe(1)
  })

  test('a folder without any is no fault', async () => {
    expect(await new Published(join(folder, 'none')).sets()).toEqual([])
  })
})

describe('through the API', () => {
  let venue: ApiVenue
  beforeAll(async () => {
    venue = await ApiVenue.start()
  })
  afterAll(() => venue.stop())

  test('the operator imports, anybody looks up, with source, day and how it was matched', async () => {
    const done = await venue.operator.importPublished({ query, body: cpus(ROW) })
    expect(done).toMatchObject({ format: 'passmark-cpu', kind: 'cpu', rows: 1, ...query })
    const model = 'AMD EPYC 9654 96-Core Processor'
    const found = await venue.client().searchPublished({ query: { kind: 'cpu', model } })
    expect(found).toMatchObject({
      searched: 'epyc 9654',
      total: 1,
      data: [
        { set: done, model: 'AMD EPYC 9654', matched_by: 'exact', detail: 'Server, SP5, Q4 2022' },
      ],
    })
    expect((await venue.client().listPublished()).data).toEqual([done])
  })

  test('nobody else imports, and a faulty file is refused with its lines', async () => {
    const stranger = await openParty(venue, 'provider')
    const refused = stranger.client.importPublished({ query, body: cpus(ROW) })
    await expect(refused).rejects.toMatchObject({ code: 'SCOPE_MISSING' })
    const faulty = venue.operator.importPublished({ query, body: cpus('A,,,,1,,2,') })
    await expect(faulty).rejects.toMatchObject({
      code: 'MALFORMED',
      problem: { errors: [{ field: 'line 2, single_thread_rating', code: 'NUMBER' }] },
    })
  })
})

const FILES = resolve(process.env['SUAN_DATA'] ?? resolve('..', 'shared', 'data'), 'specs')
for (const files of [FILES].filter((path) => existsSync(path))) {
  test('real files: a card is found in both lists of cards, in other forms too', async () => {
    const all = new Published(join(folder, 'real'))
    for (const name of ['mlperf_training_v5.0.csv', 'passmark_gpus.csv']) {
      await all.import(await readFile(join(files, name)), about)
    }
    const { data, total } = await all.search('gpu', 'NVIDIA H200', 200)
    expect(total).toBeGreaterThan(10)
    expect(data.every(({ model }) => model.includes('H200'))).toBe(true)
    const rtx = await all.search('gpu', 'NVIDIA GeForce RTX 4090', 200)
    expect(new Set(rtx.data.map(({ set }) => set.format))).toEqual(
      new Set(['mlperf-training', 'passmark-gpu']),
    )
  })
}
