import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lacks } from '../../test/tools/needs.ts'
import { unpackTar } from './unpack.ts'
import { testFolder } from '../../test/support/test-folder.ts'

const folder = (): string => testFolder('suan-tar-')

/** One entry as GNU tar writes it: enough of a header for a reader that checks nothing else. */
function entry(name: string, flag: string, content: string, link = ''): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124)
  header.write(flag, 156)
  header.write(link, 157)
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512)
  body.write(content)
  return Buffer.concat([header, body])
}

test.skipIf(lacks('tar'))(
  'what GNU tar packs comes back, long names, links and modes included',
  () => {
    const from = folder()
    const long = `${'d'.repeat(90)}/${'f'.repeat(90)}`
    mkdirSync(join(from, 'd'.repeat(90)))
    writeFileSync(join(from, long), 'deep')
    writeFileSync(join(from, 'run.sh'), 'echo\n', { mode: 0o755 })
    writeFileSync(join(from, 'empty'), '')
    symlinkSync('run.sh', join(from, 'link'))
    const packed = join(folder(), 'a.tar')
    execFileSync('tar', ['--format=gnu', '-cf', packed, '-C', from, '.'])
    const to = join(folder(), 'out')
    expect(unpackTar(packed, to)).toEqual([])
    expect(readFileSync(join(to, long), 'utf8')).toBe('deep')
    expect(statSync(join(to, 'run.sh')).mode & 0o777).toBe(0o755)
    expect(readFileSync(join(to, 'link'), 'utf8')).toBe('echo\n')
    expect(statSync(join(to, 'empty')).size).toBe(0)
  },
)

test('nothing is written outside of the folder', () => {
  const base = folder()
  const packed = join(base, 'evil.tar')
  const parts = [
    entry('../above', '0', 'x'),
    entry('/etc/suan-test', '0', 'x'),
    entry('out', '2', '', '..'),
    entry('out/through', '0', 'x'),
    entry('absolute', '2', '', '/etc'),
    entry('device', '3', ''),
    entry('good', '0', 'fine'),
    Buffer.alloc(1_024),
  ]
  writeFileSync(packed, Buffer.concat(parts))
  const to = join(base, 'in')
  const leftOut = unpackTar(packed, to)
  expect(leftOut).toEqual(['../above', '/etc/suan-test', 'out', 'absolute', 'device'])
  expect(existsSync(join(base, 'above'))).toBe(false)
  expect(existsSync(join(base, 'through'))).toBe(false)
  expect(readFileSync(join(to, 'out/through'), 'utf8')).toBe('x')
  expect(readFileSync(join(to, 'good'), 'utf8')).toBe('fine')
})

test('a packed output that breaks off is an error', () => {
  const packed = join(folder(), 'cut.tar')
  writeFileSync(packed, entry('file', '0', 'x'.repeat(2_000)).subarray(0, 700))
  expect(() => unpackTar(packed, folder())).toThrow('ends within file')
})
