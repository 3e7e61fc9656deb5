import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lacks } from '../../test/tools/needs.ts'
import { packTar } from './pack.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-pack-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test.skipIf(lacks('tar', 'diff'))(
  'a folder comes out of tar as it went in, long names and links included',
  () => {
    const long = `${'深'.repeat(60)}.txt`
    const source = join(folder, 'source')
    mkdirSync(join(source, 'a', 'b'), { recursive: true })
    writeFileSync(join(source, 'a', 'b', 'run'), '#!/bin/sh\n')
    chmodSync(join(source, 'a', 'b', 'run'), 0o755)
    writeFileSync(join(source, long), 'x'.repeat(1_025))
    symlinkSync(`/nowhere/${'y'.repeat(150)}`, join(source, 'link'))
    packTar(source, join(folder, 'out.tar'), 1_000_000)

    const target = join(folder, 'target')
    mkdirSync(target)
    execFileSync('tar', ['-xf', join(folder, 'out.tar'), '-C', target])
    execFileSync('diff', ['-r', '--no-dereference', source, target])
    expect(execFileSync('stat', ['-c', '%a', join(target, 'a/b/run')], { encoding: 'utf8' })).toBe(
      '755\n',
    )
  },
)

test.skipIf(lacks('tar'))(
  'a single file is packed under its own name; equal contents give equal bytes',
  () => {
    writeFileSync(join(folder, 'one'), 'text')
    packTar(join(folder, 'one'), join(folder, 'a.tar'), 10_000)
    packTar(join(folder, 'one'), join(folder, 'b.tar'), 10_000)
    expect(readFileSync(join(folder, 'a.tar'))).toEqual(readFileSync(join(folder, 'b.tar')))
    expect(execFileSync('tar', ['-tf', join(folder, 'a.tar')], { encoding: 'utf8' })).toBe('one\n')
  },
)

test('more than the limit is refused', () => {
  writeFileSync(join(folder, 'one'), 'x'.repeat(2_000))
  expect(() => packTar(join(folder, 'one'), join(folder, 'a.tar'), 2_000)).toThrow(
    'OUTPUT_TOO_LARGE',
  )
})
