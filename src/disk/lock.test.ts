import { linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lockFolder } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'suan-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const lock = () => lockFolder(folder, 'TAKEN')

test('a folder is locked once, until it is given back', () => {
  const unlock = lock()
  expect(lock).toThrow(expect.objectContaining({ code: 'TAKEN' }))
  unlock()
  lock()()
})

test('the lock of a living process holds; of one that is gone, or of an older boot, it does not', () => {
  const unlock = lock()
  const own = readFileSync(join(folder, 'lock'), 'utf8')
  unlock()
  const startOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21]
  const boot = own.split(' ')[1]?.slice(0, 36)
  const living = `${process.ppid} ${boot}-${startOf(process.ppid)}`
  writeFileSync(join(folder, 'lock'), living)
  expect(lock).toThrow('TAKEN')
  const dead = [`${2 ** 22 + 1} ${boot}-1`, `${process.ppid} ${boot}-1`, '', '{"pid":1}']
  for (const stale of [...dead, living.replace(/ \w/, ' x')]) {
    writeFileSync(join(folder, 'lock'), stale)
    lock()()
  }
})

test('a process of the same pid that died while it locked leaves nothing in the way', () => {
  writeFileSync(join(folder, 'lock'), `${process.pid} another-boot-1`)
  // It had linked its own file to the lock and not removed it yet: one file with two names.
  linkSync(join(folder, 'lock'), join(folder, `lock.${process.pid}`))
  const unlock = lock()
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toMatch(`${process.pid} `)
  unlock()
})
