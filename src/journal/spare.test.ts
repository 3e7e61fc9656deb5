import { mkdir, rmdir, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { testFolder } from '../../test/support/test-folder.ts'
import { sparePath } from './segment.ts'
import { Spare } from './spare.ts'

const MIB = 1 << 20

test('a spare grows by pieces, and is whole when somebody needs it', async () => {
  const folder = testFolder('suan-spare-')
  await writeFile(sparePath(folder), 'what a process that died left behind')
  const spare = new Spare(folder, 2 * MIB + 5)
  const size = async (): Promise<number> => (await stat(sparePath(folder))).size
  // Too little for a piece.
  spare.grow(MIB / 16)
  expect(await size()).toBeGreaterThan(0)
  spare.grow(MIB / 2)
  // Finds the first piece at work.
  spare.grow(MIB)
  while ((await size()) !== MIB / 2) await sleep(1)
  const file = await spare.whole()
  expect((await file.readFile()).equals(Buffer.alloc(2 * MIB + 5))).toBe(true)
  spare.grow(Infinity)
  await spare.close()
})

test('what the disk refuses is begun again, and told to who needs the file', async () => {
  const folder = testFolder('suan-spare-')
  await mkdir(sparePath(folder))
  const spare = new Spare(folder, MIB)
  spare.grow(MIB)
  await expect(spare.whole()).rejects.toMatchObject({ code: 'EISDIR' })
  await rmdir(sparePath(folder))
  const file = await spare.whole()
  expect((await file.readFile()).equals(Buffer.alloc(MIB))).toBe(true)
  await spare.close()
})
