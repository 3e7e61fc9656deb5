import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { testFolder } from '../../../test/support/test-folder.ts'
import { openLineFile } from './line-file.ts'

const lost = (lines: number): string => `${lines} lost\n`

async function contains(path: string, text: string): Promise<void> {
  while (!readFileSync(path, 'utf8').endsWith(text)) await sleep(5)
}

test('lines follow each other, after what was there', async () => {
  const path = join(testFolder('suan-lines-'), 'log')
  const first = openLineFile(path, lost)
  for (let i = 0; i < 1_000; i++) first.write(`${i}\n`)
  await contains(path, '\n999\n')
  openLineFile(path, lost).write('again\n')
  await contains(path, '\nagain\n')
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  expect(lines).toEqual([...Array.from({ length: 1_000 }, (_, i) => String(i)), 'again'])
})

test('more than the disk takes is dropped, and how much is said', async () => {
  const path = join(testFolder('suan-lines-'), 'log')
  const file = openLineFile(path, lost)
  const long = `${'x'.repeat(600_000)}\n`
  // The first is being written; the second waits; the third finds no room behind it.
  for (let i = 0; i < 3; i++) file.write(long)
  await contains(path, 'x\n')
  while (readFileSync(path).length < 2 * long.length) await sleep(5)
  file.write('after\n')
  await contains(path, 'after\n')
  const text = readFileSync(path, 'utf8').replaceAll(long, '[long]')
  expect(text).toMatch(/^\[long\](1 lost\n)?\[long\](1 lost\n)?after\n$/)
  expect(text.match(/1 lost/g)).toHaveLength(1)
})
