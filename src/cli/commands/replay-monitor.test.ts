import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ApiVenue,
  listGoods,
  openParty,
  until,
  type Party,
} from '../../../test/support/api-venue.ts'
import { testFolder } from '../../../test/support/test-folder.ts'
import { runCli, type RunOptions } from '../../../test/tools/cli-host.ts'

let venue: ApiVenue
let seller: Party
let folder: string
let file: string
beforeAll(async () => {
  venue = await ApiVenue.start()
  await listGoods(venue)
  seller = await openParty(venue, 'provider')
  folder = testFolder('suan-replay-')
  file = join(folder, 'helios_test_sequence_1min.csv.gz')
  const rows = ['time,total_gpu_num,running_gpu_num', ...Array(900).fill('2020-05-01,16,12')]
  writeFileSync(file, gzipSync(rows.join('\n')))
})
afterAll(() => venue.stop())

const replay = (words: readonly string[], options: RunOptions = {}) => {
  const where = ['--url', venue.url, '--key', seller.token]
  return runCli([...where, 'replay-monitor', file, '--data', folder, ...words], options)
}

test('a record is on the monitor as nodes while it is played, and lets go of them at its end', async () => {
  const seen = until(async () => {
    const { subject } = await venue.client().monitorNet()
    return subject.nodes_reporting === 2 && subject.allocation_rate === 0.75
  }).then(() => venue.client().monitorNet())
  // A quarter of an hour of record, played until it has been seen: the machine may be slow.
  const played = replay(['--nodes', '2', '--hub', 'LAB'], { interrupted: seen })
  const { subject, parts } = await seen
  expect(subject.sellable.cards).toBe(16)
  expect(parts[0]).toMatchObject({ kind: 'hub', nodes: 2 })
  expect(await played).toMatchObject({ code: 130, stdout: '' })
  expect((await played).stderr).toContain('900 minutes of helios-test on 2 synthetic')
  await until(async () => (await venue.client().monitorNet()).subject.allocation_rate === 0)
  await until(async () => {
    const { data } = await venue.client().listMonitorNodes()
    return data.every((one) => one.status === 'maintenance')
  })
  // Played again it is the same nodes.
  expect((await replay(['--nodes', '2', '--rows', '2'])).code).toBe(0)
  expect((await venue.client().listMonitorNodes()).total).toBe(2)
})

test('a file that is no record, and a hub that is not there', async () => {
  const other = join(folder, 'other.csv')
  writeFileSync(other, 'a,b\n1,2\n')
  const where = ['--url', venue.url, '--key', seller.token, 'replay-monitor']
  expect(await runCli([...where, other])).toMatchObject({ code: 2 })
  expect((await replay(['--hub', 'NOWHERE'])).stderr).toContain('NOWHERE')
})
